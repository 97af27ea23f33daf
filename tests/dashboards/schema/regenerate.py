"""Makes `grafana-13.schema.json` from Grafana's own published types; run by hand when the types move on.

In an empty folder outside the checkout: `npm install @grafana/schema@13 ts-json-schema-generator`, then
`python regenerate.py FOLDER` writes the schema beside this script.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PANELS = {
    "bargauge": "bargauge",
    "heatmap": "heatmap",
    "stat": "stat",
    "state-timeline": "statetimeline",
    "table": "table",
    "text": "text",
    "timeseries": "timeseries",
}
WITHOUT_CUSTOM = {"bargauge", "stat", "text"}
RAW = "node_modules/@grafana/schema/dist/types/raw"
PROMETHEUS_ANNOTATION = ("expr", "step", "tagKeys", "textFormat", "titleFormat", "useValueForTime")
"""Keys that the Prometheus data source reads on an annotation query; the generic type leaves them to the plugin."""


def main() -> None:
    """Generate one schema for each type, rename its definitions, and write them as one document."""
    folder = Path(sys.argv[1])
    definitions: dict[str, Any] = generated(folder, "dashboard/x", "Dashboard", "")
    for panel, name in PANELS.items():
        source = f"composable/{name}/panelcfg/x"
        definitions |= generated(folder, source, "Options", f"{panel}.")
        if panel not in WITHOUT_CUSTOM:
            definitions |= generated(folder, source, "FieldConfig", f"{panel}.")
    annotation = definitions["AnnotationQuery"]["properties"]
    annotation |= {key: {"type": "boolean" if key.startswith("use") else "string"} for key in PROMETHEUS_ANNOTATION}
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", "definitions": definitions}
    text = json.dumps(without_descriptions(schema), indent=1, sort_keys=True)
    Path(__file__).with_name("grafana-13.schema.json").write_text(text + "\n", encoding="utf-8")


def generated(folder: Path, source: str, name: str, prefix: str) -> dict[str, Any]:
    """The definitions that the type `name` of a source file needs, their names prefixed."""
    command = ["npx", "ts-json-schema-generator", "--no-type-check", "--path", f"{RAW}/{source}/types.gen.d.ts"]
    done = subprocess.run([*command, "--type", name], cwd=folder, check=True, capture_output=True, text=True)
    text = done.stdout.replace("#/definitions/", f"#/definitions/{prefix}")
    return {f"{prefix}{key}": value for key, value in json.loads(text)["definitions"].items()}


def without_descriptions(node: Any) -> Any:
    """The schema without its prose, which is not ours to repeat."""
    match node:
        case dict():
            return {
                key: without_descriptions(value)
                for key, value in node.items()
                if not (key == "description" and isinstance(value, str))
            }
        case list():
            return [without_descriptions(item) for item in node]
        case _:
            return node


if __name__ == "__main__":
    main()
