"""What Alertmanager does with alerts, worked out from the text of its configuration and nothing else."""
