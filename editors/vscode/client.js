// SPDX-License-Identifier: Apache-2.0
// A language server on standard input and output: requests with answers, notifications both ways.
"use strict";
const { spawn } = require("child_process");

class Client {
	// `heard` gets notifications of the server by method; `ended` is called once, with what it was that ended it.
	constructor(program, folder, heard, ended) {
		this.heard = heard;
		this.waiting = new Map();
		this.number = 0;
		this.rest = Buffer.alloc(0);
		this.over = false;
		this.server = spawn(program, ["lsp"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
		const end = (why) => {
			if (this.over)
				return;
			this.over = true;
			for (const { reject } of this.waiting.values())
				reject(new Error(why));
			this.waiting.clear();
			ended(why);
		};
		this.server.on("error", (error) => end(`${program} doesn't start: ${error.message}`));
		this.server.on("exit", (code, signal) => end(`${program} lsp ended with ${signal || code}`));
		this.server.stdin.on("error", () => {}); // its exit says it
		this.server.stdout.on("data", (bytes) => this.read(bytes));
	}

	read(bytes) {
		this.rest = Buffer.concat([this.rest, bytes]);
		for (;;) {
			const head = this.rest.indexOf("\r\n\r\n");
			if (head < 0)
				return;
			const found = /content-length: *(\d+)/i.exec(this.rest.toString("latin1", 0, head));
			const length = found ? Number(found[1]) : 0;
			if (this.rest.length < head + 4 + length)
				return;
			const text = this.rest.toString("utf8", head + 4, head + 4 + length);
			this.rest = this.rest.subarray(head + 4 + length);
			if (text)
				this.take(JSON.parse(text));
		}
	}

	take(message) {
		const asked = message.method ? undefined : this.waiting.get(message.id);
		if (asked) {
			this.waiting.delete(message.id);
			if (message.error)
				asked.reject(new Error(message.error.message));
			else
				asked.resolve(message.result);
		} else if (message.method && message.id === undefined) {
			this.heard(message.method, message.params);
		} else if (message.method) {
			this.send({ id: message.id, error: { code: -32601, message: "not known here" } });
		}
	}

	send(message) {
		if (this.over)
			return;
		const text = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
		this.server.stdin.write(`Content-Length: ${text.length}\r\n\r\n`);
		this.server.stdin.write(text);
	}

	tell(method, params) {
		this.send({ method, params });
	}

	ask(method, params) {
		if (this.over)
			return Promise.reject(new Error("the language server has ended"));
		const id = ++this.number;
		return new Promise((resolve, reject) => {
			this.waiting.set(id, { resolve, reject });
			this.send({ id, method, params });
		});
	}

	// Lets it end by itself, and ends it if it doesn't.
	stop() {
		if (this.over)
			return;
		const server = this.server;
		const late = setTimeout(() => server.kill(), 2000);
		server.once("exit", () => clearTimeout(late));
		this.ask("shutdown", null).then(() => this.tell("exit", null), () => {});
	}
}

module.exports = { Client };
