"""The files a browser loads: our own from `static/`, and the chart bundle made once from vl-convert.

Every address carries a hash of the content (of the version, for the bundle), so browsers keep the
files for good and still never use an old one.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from mimetypes import guess_type

import vl_convert
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FOLDER = files("firstline.web").joinpath("static")
NAMES: frozenset[str] = frozenset(item.name for item in FOLDER.iterdir() if item.is_file())
BUNDLE = "vega.js"
SNIPPET = "window.vegaEmbed = vegaEmbed;"
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


@cache
def asset_url(name: str) -> str:
    """The address of a file of `static/`, or of the chart bundle, with the hash of what it holds."""
    if name == BUNDLE:
        content = f"{version('vl-convert-python')} {SNIPPET}".encode()
    else:
        content = FOLDER.joinpath(name).read_bytes()
    return f"/static/{name}?v={sha256(content).hexdigest()[:12]}"


def asset(request: Request) -> Response:
    """Serve one file. Raises HTTPException (404) for a name that is not ours."""
    name = request.path_params["name"]
    if name == BUNDLE:
        return Response(chart_bundle(), media_type="text/javascript", headers=FOR_GOOD)
    if name not in NAMES:
        raise HTTPException(404)
    kind = guess_type(name)[0] or "application/octet-stream"
    return Response(FOLDER.joinpath(name).read_bytes(), media_type=kind, headers=FOR_GOOD)


@cache
def chart_bundle() -> bytes:
    """Vega-Embed, Vega-Lite and Vega as one script (about 880 KB; making it takes two seconds, once)."""
    return vl_convert.javascript_bundle(SNIPPET).encode()
