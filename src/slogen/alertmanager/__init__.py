"""Facts about Alertmanager's configuration file that both its writer and its simulator need."""
