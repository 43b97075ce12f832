// SPDX-License-Identifier: Apache-2.0
// hpcc in Visual Studio Code: what `hpcc lsp` says, in the editor's own terms, and two commands.
"use strict";
const path = require("path");
const { execFile } = require("child_process");
const vscode = require("vscode");
const { Client } = require("./client");

const SELECTOR = [{ language: "hpcc", scheme: "file" }];

let client;
let problems;
let output;

const program = () => vscode.workspace.getConfiguration("hpcc").get("path") || "hpcc";
const isOurs = (document) => document.languageId === "hpcc" && document.uri.scheme === "file";

const rangeOf = (r) => new vscode.Range(r.start.line, r.start.character, r.end.line, r.end.character);
const locationOf = (l) => new vscode.Location(vscode.Uri.parse(l.uri), rangeOf(l.range));
const editOf = (e) => new vscode.TextEdit(rangeOf(e.range), e.newText);
const positionOf = (p) => ({ line: p.line, character: p.character });
const about = (document, more) => ({ textDocument: { uri: document.uri.toString() }, ...more });
const at = (document, position, more) => about(document, { position: positionOf(position), ...more });

function diagnosticOf(d) {
	const made = new vscode.Diagnostic(rangeOf(d.range), d.message, (d.severity || 1) - 1);
	made.source = d.source || "hpcc";
	made.code = d.codeDescription ? { value: d.code, target: vscode.Uri.parse(d.codeDescription.href) } : d.code;
	made.relatedInformation = (d.relatedInformation || []).map(
		(one) => new vscode.DiagnosticRelatedInformation(locationOf(one.location), one.message));
	return made;
}

function workspaceEditOf(e) {
	const made = new vscode.WorkspaceEdit();
	for (const change of e.documentChanges || [])
		made.set(vscode.Uri.parse(change.textDocument.uri), change.edits.map(editOf));
	for (const uri of Object.keys(e.changes || {}))
		made.set(vscode.Uri.parse(uri), e.changes[uri].map(editOf));
	return made;
}

function symbolOf(s) {
	const made = new vscode.DocumentSymbol(s.name, s.detail || "", s.kind - 1, rangeOf(s.range),
		rangeOf(s.selectionRange));
	made.children = (s.children || []).map(symbolOf);
	return made;
}

function hoverOf(h) {
	const text = new vscode.MarkdownString();
	text.appendCodeblock(h.contents.value, "text");
	return new vscode.Hover(text, h.range && rangeOf(h.range));
}

function completionOf(c) {
	// Kinds of the protocol count from 1, those of the editor from 0.
	const made = new vscode.CompletionItem(c.label, (c.kind || 1) - 1);
	made.insertText = c.insertText;
	made.documentation = c.documentation;
	return made;
}

function actionOf(a) {
	const made = new vscode.CodeAction(a.title, vscode.CodeActionKind.QuickFix);
	made.diagnostics = (a.diagnostics || []).map(diagnosticOf);
	made.edit = workspaceEditOf(a.edit);
	made.isPreferred = a.isPreferred;
	return made;
}

// What the server answers, or undefined where it has nothing; `make` gets no null.
async function answer(method, params, make) {
	if (!client)
		return undefined;
	const result = await client.ask("textDocument/" + method, params);
	return result === null || result === undefined ? undefined : make(result);
}

const listOf = (make) => (list) => (Array.isArray(list) ? list : list.items || [list]).map(make);

function register(context) {
	const l = vscode.languages;
	context.subscriptions.push(
		l.registerHoverProvider(SELECTOR, { provideHover: (d, p) => answer("hover", at(d, p), hoverOf) }),
		l.registerCompletionItemProvider(SELECTOR, {
			provideCompletionItems: (d, p) => answer("completion", at(d, p), listOf(completionOf)),
		}, " ", ":"),
		l.registerDefinitionProvider(SELECTOR, {
			provideDefinition: (d, p) => answer("definition", at(d, p), listOf(locationOf)),
		}),
		l.registerReferenceProvider(SELECTOR, {
			provideReferences: (d, p, c) => answer("references",
				at(d, p, { context: { includeDeclaration: c.includeDeclaration } }), listOf(locationOf)),
		}),
		l.registerDocumentHighlightProvider(SELECTOR, {
			provideDocumentHighlights: (d, p) => answer("documentHighlight", at(d, p),
				listOf((h) => new vscode.DocumentHighlight(rangeOf(h.range), (h.kind || 1) - 1))),
		}),
		l.registerRenameProvider(SELECTOR, {
			prepareRename: async (d, p) => {
				const found = await answer("prepareRename", at(d, p),
					(r) => ({ range: rangeOf(r.range), placeholder: r.placeholder }));
				if (!found)
					throw new Error("this can't be renamed");
				return found;
			},
			provideRenameEdits: (d, p, newName) => answer("rename", at(d, p, { newName }), workspaceEditOf),
		}),
		l.registerDocumentSymbolProvider(SELECTOR, {
			provideDocumentSymbols: (d) => answer("documentSymbol", about(d), listOf(symbolOf)),
		}),
		l.registerFoldingRangeProvider(SELECTOR, {
			provideFoldingRanges: (d) => answer("foldingRange", about(d),
				listOf((f) => new vscode.FoldingRange(f.startLine, f.endLine))),
		}),
		l.registerDocumentFormattingEditProvider(SELECTOR, {
			provideDocumentFormattingEdits: (d, o) => answer("formatting",
				about(d, { options: { tabSize: o.tabSize, insertSpaces: true } }), listOf(editOf)),
		}),
		l.registerCodeActionsProvider(SELECTOR, {
			provideCodeActions: (d, r) => answer("codeAction", about(d, {
				range: { start: positionOf(r.start), end: positionOf(r.end) },
				context: { diagnostics: [] },
			}), listOf(actionOf)),
		}, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }));
}

// A spec says so in its first line, as those of `hpcc new` do; other YAML files stay what they are.
function claim(document) {
	if (document.languageId !== "hpcc" && document.uri.scheme === "file" && /\.ya?ml$/.test(document.uri.path) &&
	    document.lineCount > 0 && /^#.*\$schema=\S*\bspec\.schema\.json\b/.test(document.lineAt(0).text))
		vscode.languages.setTextDocumentLanguage(document, "hpcc");
}

function tellOpen(document) {
	if (client && isOurs(document))
		client.tell("textDocument/didOpen", {
			textDocument: {
				uri: document.uri.toString(), languageId: "hpcc",
				version: document.version, text: document.getText(),
			},
		});
}

function follow(context) {
	const w = vscode.workspace;
	context.subscriptions.push(
		w.onDidOpenTextDocument(claim),
		w.onDidOpenTextDocument(tellOpen),
		w.onDidChangeTextDocument((e) => {
			if (client && isOurs(e.document) && e.contentChanges.length > 0)
				client.tell("textDocument/didChange", {
					textDocument: { uri: e.document.uri.toString(), version: e.document.version },
					contentChanges: [{ text: e.document.getText() }],
				});
		}),
		w.onDidCloseTextDocument((d) => {
			if (client && isOurs(d)) {
				client.tell("textDocument/didClose", about(d));
				problems.delete(d.uri);
			}
		}),
		w.onDidChangeConfiguration((e) => e.affectsConfiguration("hpcc.path") && start()));
}

async function start() {
	if (client)
		client.stop();
	problems.clear();
	const folder = (vscode.workspace.workspaceFolders || [])[0];
	const mine = new Client(program(), folder && folder.uri.scheme === "file" ? folder.uri.fsPath : undefined,
		(method, params) => {
			if (client === mine && method === "textDocument/publishDiagnostics")
				problems.set(vscode.Uri.parse(params.uri), params.diagnostics.map(diagnosticOf));
		},
		(why) => {
			if (client !== mine)
				return;
			client = undefined;
			problems.clear();
			vscode.window.showErrorMessage(`${why}. The setting hpcc.path says which program it is.`);
		});
	client = mine;
	try {
		await mine.ask("initialize", {
			processId: process.pid,
			rootUri: folder ? folder.uri.toString() : null,
			capabilities: {
				general: { positionEncodings: ["utf-16"] },
				workspace: { workspaceEdit: { documentChanges: true } },
				textDocument: {
					documentSymbol: { hierarchicalDocumentSymbolSupport: true },
					rename: { prepareSupport: true },
				},
			},
		});
	} catch {
		return; // what ended it has been said
	}
	if (client !== mine)
		return;
	mine.tell("initialized", {});
	vscode.workspace.textDocuments.forEach(tellOpen);
}

// The saved file of the active editor; undefined, and said so, if there is none.
async function activeSpec() {
	const editor = vscode.window.activeTextEditor;
	if (!editor || editor.document.uri.scheme !== "file") {
		vscode.window.showInformationMessage("Open a spec first.");
		return undefined;
	}
	return (await editor.document.save()) || !editor.document.isDirty ? editor.document.uri.fsPath : undefined;
}

function run(args, folder, then) {
	execFile(program(), args, { cwd: folder, maxBuffer: 64 << 20 }, (error, out, err) => {
		if (error && typeof error.code === "string")
			vscode.window.showErrorMessage(`${program()} doesn't start: ${error.message}`);
		else
			then(!error, out, err);
	});
}

function say(text) {
	output.clear();
	output.append(text);
	output.show(true);
}

async function validate() {
	const spec = await activeSpec();
	if (spec)
		run(["validate", spec], path.dirname(spec), (ok, out, err) => {
			say(out + err);
			if (ok)
				vscode.window.showInformationMessage(`${path.basename(spec)} is valid.`);
		});
}

async function showScript() {
	const spec = await activeSpec();
	if (spec)
		run([spec, "-o", "-"], path.dirname(spec), async (ok, out, err) => {
			if (!ok)
				return say(err);
			const script = await vscode.workspace.openTextDocument({ language: "shellscript", content: out });
			await vscode.window.showTextDocument(script, { preview: true, viewColumn: vscode.ViewColumn.Beside });
		});
}

function activate(context) {
	problems = vscode.languages.createDiagnosticCollection("hpcc");
	output = vscode.window.createOutputChannel("hpcc");
	context.subscriptions.push(problems, output,
		vscode.commands.registerCommand("hpcc.validate", validate),
		vscode.commands.registerCommand("hpcc.showScript", showScript),
		vscode.commands.registerCommand("hpcc.restart", start));
	register(context);
	follow(context);
	vscode.workspace.textDocuments.forEach(claim);
	return start();
}

function deactivate() {
	if (client)
		client.stop();
	client = undefined;
}

module.exports = { activate, deactivate };
