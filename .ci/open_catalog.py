"""Searches by the binary, and opens the catalog as its users do: with pyarrow and with geopandas.

usage: open_catalog.py ZAGG-SQL

The server of the search is in this process. It gives made-up granules in pages of its own size, one of them
across the dateline, and fails now and then.
"""

import json
import subprocess
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

GRANULES = 25
PAGE = 10
BOX = [160.0, -80.0, -150.0, -70.0]


def granule(n: int) -> dict:
    west, east = (179.5, -179.5) if n == 0 else (160.0 + n / 2, 161.0 + n / 2)
    ring = [[west, -79.5], [east, -79.5], [east, -78.25], [west, -78.25], [west, -79.5]]
    name = f"ATL06_{n:04}.h5"
    asset = {"roles": ["data"], "title": "Direct Download"}
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "stac_extensions": ["https://stac-extensions.github.io/storage/v2.0.0/schema.json"],
        "id": name,
        "collection": "ATL06_007",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "bbox": [west, -79.5, east, -78.25],
        "properties": {
            "datetime": f"2024-01-06T00:00:{n:02}.267000Z",
            "start_datetime": f"2024-01-06T00:00:{n:02}.267000Z",
            "end_datetime": f"2024-01-06T00:08:{n:02}Z",
            "storage:schemes": {"aws": {"type": "aws-s3", "bucket": "b", "region": "us-west-2"}},
        },
        "assets": {
            f"gov/b/{n}": {"href": f"https://host.example/b/{name}"} | asset,
            f"s3_s3://b/{n}": {"href": f"s3://b/{name}", "storage:refs": ["aws"]} | asset,
            "thumbnail_0": {"href": f"https://host.example/{n}.png", "roles": ["thumbnail"]},
        },
        "links": [{"rel": "self", "href": f"https://host.example/items/{n}"}],
    }


class Api(BaseHTTPRequestHandler):
    refused: set[str] = set()

    def do_GET(self) -> None:
        if self.path not in self.refused:
            self.refused.add(self.path)
            self.send_response(503)
            self.send_header("retry-after", "0")
            self.end_headers()
            return
        query = parse_qs(urlsplit(self.path).query)
        assert query["collections"] == ["ATL06_007"], query
        assert [float(x) for x in query["bbox"][0].split(",")] == BOX, query
        first = int(query.get("cursor", ["0"])[0])
        page = [granule(n) for n in range(first, min(first + PAGE, GRANULES))]
        links = []
        if first + PAGE < GRANULES:
            href = self.path.split("&cursor")[0] + f"&cursor={first + PAGE}"
            links.append({"rel": "next", "href": f"http://{self.headers['host']}{href}"})
        body = {
            "type": "FeatureCollection",
            "features": page,
            "links": links,
            "context": {"matched": GRANULES, "returned": len(page)},
        }
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/geo+json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


def search(binary: str, file: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    Thread(target=server.serve_forever, daemon=True).start()
    args = ["--endpoint", f"http://127.0.0.1:{server.server_port}", "--provider", "NSIDC_CPRD"]
    args += ["--short-name", "ATL06", "--version", "007", "--cycle", "22"]
    args += ["--bbox", ",".join(map(str, BOX)), "--catalog-out", str(file)]
    subprocess.run([binary, "catalog", *args], check=True)
    server.shutdown()


def check_pyarrow(file: Path) -> None:
    opened = pq.ParquetFile(file)
    keys = opened.metadata.metadata
    assert {b"geo", b"stac-geoparquet", b"zagg:catalog_meta"} <= set(keys), sorted(keys)
    # pyarrow's schema has the keys from elsewhere in the file.
    kept = pq.read_schema(file).metadata
    assert kept == {key: keys[key] for key in kept} and set(kept) == set(keys) - {b"ARROW:schema"}
    geo = json.loads(keys[b"geo"])
    assert geo["version"] == "1.1.0" and geo["primary_column"] == "geometry"
    assert geo["columns"]["geometry"]["encoding"] == "WKB"
    meta = json.loads(keys[b"zagg:catalog_meta"])
    assert meta["total_granules"] == GRANULES and meta["collection"] == "ATL06_007"
    assert meta["start_date"] == "2024-01-06" and meta["bbox"] == BOX

    table = opened.read()
    micros = pa.timestamp("us", tz="UTC")
    for name in ("datetime", "start_datetime", "end_datetime"):
        assert table.schema.field(name).type == micros, name
    geometry = table.schema.field("geometry")
    assert geometry.metadata[b"ARROW:extension:name"] == b"geoarrow.wkb"
    for n, row in enumerate(table.to_pylist()):
        expected = granule(n)
        assert row["id"] == expected["id"] and row["collection"] == "ATL06_007"
        assert row["assets"]["data"]["href"] == f"https://host.example/b/{row['id']}"
        assert row["assets"]["data_s3"]["href"] == f"s3://b/{row['id']}"
        assert row["assets"]["data_s3"]["roles"] == ["data"]
        assert list(row["bbox"].values()) == expected["bbox"]
        assert row["links"][0]["rel"] == "self"
        assert row["storage:schemes"]["aws"]["region"] == "us-west-2"


def check_geopandas(file: Path) -> None:
    frame = gpd.read_parquet(file)
    assert len(frame) == GRANULES and frame.geometry.name == "geometry"
    assert frame.crs == "EPSG:4326", frame.crs
    for n, row in enumerate(frame.itertuples()):
        expected = granule(n)
        corners = [list(corner) for corner in row.geometry.exterior.coords]
        assert [corners] == expected["geometry"]["coordinates"], row.id
        assert row.start_datetime == pd.Timestamp(expected["properties"]["start_datetime"])
        assert row.end_datetime == pd.Timestamp(expected["properties"]["end_datetime"])
    # Readers that use the boxes find granules by them.
    near = gpd.read_parquet(file, bbox=(165.4, -80.0, 165.45, -70.0))
    assert set(near.id) == {"ATL06_0009.h5", "ATL06_0010.h5"}, sorted(near.id)


def main(binary: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "atl06.parquet"
        search(binary, file)
        check_pyarrow(file)
        check_geopandas(file)
        print(f"{file.name}: {GRANULES} granules: pyarrow and geopandas see what was served")


if __name__ == "__main__":
    main(*sys.argv[1:])
