"""The YAML language server, which VS Code, Neovim, Emacs and others run: a client that asks it as they do."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from pathlib import Path
from typing import Any

SERVER = Path(__file__).parents[2] / ".node/node_modules/yaml-language-server/bin/yaml-language-server"


class Editor:
    """An editor with one project open; ``schemas`` are the files of the schemas and the globs they are for."""

    def __init__(self, root: Path, schemas: dict[str, list[str]]) -> None:
        self._root = root
        self._ids = itertools.count(1)
        self._found: dict[str, list[dict[str, Any]]] = {}
        self._settings = {"yaml": {"schemas": schemas, "hover": True, "completion": True, "validate": True}}
        self._process = subprocess.Popen(
            ["node", os.fspath(SERVER), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._ask("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": {}})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": self._settings})

    def close(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.communicate()

    def open(self, path: str, text: str) -> None:
        """Open a file with a text that need not be saved, and wait until it was looked at."""
        document = {"uri": self._uri(path), "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        self.errors(path)

    def errors(self, path: str) -> list[str]:
        """Return what is underlined in a file that was opened."""
        while self._uri(path) not in self._found:
            self._read()
        return [
            f"{each['range']['start']['line'] + 1}: {each['message']}"
            for each in self._found[self._uri(path)]
        ]

    def completions(self, path: str, line: int, column: int) -> dict[str, str]:
        """Return what is offered at a place, counted from 0, with what is said of each."""
        answer = self._ask("textDocument/completion", self._at(path, line, column))
        items = answer["items"] if isinstance(answer, dict) else answer
        return {item["label"]: str(item.get("documentation") or "") for item in items}

    def hover(self, path: str, line: int, column: int) -> str:
        """Return what is said of the word at a place, counted from 0."""
        answer = self._ask("textDocument/hover", self._at(path, line, column))
        return str(answer["contents"]["value"]) if answer else ""

    def _at(self, path: str, line: int, column: int) -> dict[str, Any]:
        position = {"line": line, "character": column}
        return {"textDocument": {"uri": self._uri(path)}, "position": position}

    def _uri(self, path: str) -> str:
        return (self._root / path).as_uri()

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._process.stdin.flush()

    def _tell(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def _ask(self, method: str, params: object) -> Any:
        number = next(self._ids)
        self._send({"id": number, "method": method, "params": params})
        while (message := self._read()).get("id") != number or "method" in message:
            pass
        return message["result"]

    def _read(self) -> dict[str, Any]:
        """Read a message; answer what the server asks, and keep what it found in a file."""
        assert self._process.stdout
        size = 0
        while (line := self._process.stdout.readline().strip()) or not size:
            assert line or self._process.poll() is None, "the server has ended"
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        message: dict[str, Any] = json.loads(self._process.stdout.read(size))
        if message.get("method") == "textDocument/publishDiagnostics":
            self._found[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and "method" in message:
            is_settings = message["method"] == "workspace/configuration"
            items = message["params"]["items"] if is_settings else []
            result = (
                [self._settings.get(item.get("section", ""), {}) for item in items] if is_settings else None
            )
            self._send({"id": message["id"], "result": result})
        return message
