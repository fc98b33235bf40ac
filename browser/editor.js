// The editor of /sparql: completion from the server, unknown terms underlined, Ctrl+Enter. The form below it
// stays what it was: the text goes back into the textarea, which is sent as without script.

import {autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap} from "@codemirror/autocomplete";
import {defaultKeymap, history, historyKeymap} from "@codemirror/commands";
import {HighlightStyle, bracketMatching, syntaxHighlighting} from "@codemirror/language";
import {linter, lintGutter, lintKeymap} from "@codemirror/lint";
import {EditorState} from "@codemirror/state";
import {EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers} from "@codemirror/view";
import {tags} from "@lezer/highlight";
import {sparql} from "codemirror-lang-sparql";

const WORDS = ("SELECT CONSTRUCT DESCRIBE ASK WHERE FILTER OPTIONAL UNION MINUS BIND VALUES GRAPH PREFIX DISTINCT ORDER BY GROUP HAVING "
  + "LIMIT OFFSET COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT LANG LANGMATCHES DATATYPE STR IRI BOUND COALESCE IF EXISTS NOT REGEX CONTAINS "
  + "STRSTARTS LCASE YEAR MONTH").split(" ");
const FEWEST_LETTERS = 1;
/** The language of what is wrong with a query, as programs are told it too. */
const MESSAGES = "en";

const area = document.querySelector("textarea[data-editor]");
const prefixes = JSON.parse(area.dataset.prefixes);
const language = document.documentElement.lang;

async function ask(path, body) {
  const answer = await fetch(`${path}?lang=${language}`, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
  return answer.ok ? answer.json() : [];
}

/** Insert a term, and before all else the PREFIX line that it needs. */
function insert(text) {
  return (view, _, from, to) => {
    const prefix = /^([\w-]+):/.exec(text)?.[1];
    const declared = new RegExp(`PREFIX\\s+${prefix}:`, "i").test(view.state.doc.toString());
    const line = prefix && prefixes[prefix] && !declared ? `PREFIX ${prefix}: <${prefixes[prefix]}>\n` : "";
    const changes = [{from, to, insert: text}];
    if (line) changes.unshift({from: 0, insert: line});
    view.dispatch({changes, selection: {anchor: from + line.length + text.length}, userEvent: "input.complete"});
  };
}

async function complete(context) {
  const text = context.state.doc.toString();
  const variable = context.matchBefore(/[?$]\w*/);
  if (variable) {
    const names = new Set(text.match(/[?$]\w+/g) ?? []);
    names.delete(variable.text);
    return {from: variable.from, options: [...names].map(label => ({label, type: "variable"})), validFor: /^[?$]\w*$/};
  }
  const word = context.matchBefore(/[\p{L}\d_-]*:?[\p{L}\d_.-]*/u);
  if (!context.explicit && word.text.length < FEWEST_LETTERS) return null;
  const items = await ask("/sparql/complete", {before: text.slice(0, word.from), word: word.text});
  const options = items.map((item, place) => ({
    label: item.text, detail: item.label, info: item.count?.toLocaleString(language), apply: insert(item.text),
    type: /:[A-Z]/.test(item.text) ? "class" : "property", boost: 99 - place,
  }));
  if (/^\p{L}+$/u.test(word.text)) options.push(...WORDS.map(label => ({label, type: "keyword", boost: -50})));
  return options.length ? {from: word.from, options, filter: false} : null;
}

/** Show a message in the language that it is in, which is not that of every page. */
function say(message) {
  return () => {
    const words = document.createElement("span");
    words.lang = MESSAGES;
    words.textContent = message;
    return words;
  };
}

let asked = area.value;
const checks = linter(async view => {
  const query = view.state.doc.toString();
  const found = (await ask("/sparql/check", {query})).map(term => ({
    from: term.from, to: term.to, severity: "warning", message: term.message, renderMessage: say(term.message),
    actions: term.nearest ? [{name: `kk:${term.nearest}`, apply: (view, from, to) => view.dispatch({changes: {from, to, insert: `kk:${term.nearest}`}})}] : [],
  }));
  const {line, column, message} = area.dataset;
  if (line && query === asked) {
    const at = view.state.doc.line(Math.min(Number(line), view.state.doc.lines));
    const from = Math.min(at.from + Number(column) - 1, at.to);
    found.push({from, to: Math.min(Math.max(from + 1, from), view.state.doc.length), severity: "error", message, renderMessage: say(message)});
  }
  return found;
}, {delay: 350});

const colours = HighlightStyle.define([
  {tag: tags.keyword, color: "var(--accent)", fontWeight: "600"},
  {tag: tags.variableName, color: "var(--warm)"},
  {tag: [tags.string, tags.special(tags.string)], color: "var(--string)"},
  {tag: tags.number, color: "var(--number)"},
  {tag: tags.comment, color: "var(--muted)", fontStyle: "italic"},
  {tag: [tags.url, tags.atom, tags.namespace, tags.propertyName, tags.typeName, tags.name], color: "var(--link)"},
]);

const look = EditorView.theme({
  "&": {border: "1px solid var(--edge)", borderRadius: "var(--radius)", background: "var(--bg)", color: "var(--ink)", fontSize: "14.5px"},
  "&.cm-focused": {outline: "3px solid var(--accent)", outlineOffset: "-1px"},
  ".cm-scroller": {fontFamily: "var(--mono)", lineHeight: "1.6", minHeight: "20rem"},
  ".cm-content": {caretColor: "var(--ink)", padding: "10px 0"},
  ".cm-cursor": {borderLeftColor: "var(--ink)"},
  ".cm-gutters": {background: "var(--panel)", color: "var(--muted)", borderRight: "1px solid var(--line)"},
  ".cm-activeLine, .cm-activeLineGutter": {background: "color-mix(in srgb, var(--accent) 8%, transparent)"},
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {background: "color-mix(in srgb, var(--accent) 28%, transparent)"},
  ".cm-tooltip": {background: "var(--bg)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "var(--radius)"},
  ".cm-tooltip-autocomplete > ul": {fontFamily: "var(--mono)", maxHeight: "17rem"},
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {padding: "3px 8px", minHeight: "24px"},
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {background: "var(--accent)", color: "var(--on-accent)"},
  ".cm-completionDetail": {fontFamily: "var(--sans)", fontStyle: "normal", opacity: "1"},
  ".cm-diagnostic": {padding: "6px 10px"},
  ".cm-diagnosticAction": {background: "var(--accent)", color: "var(--on-accent)", minHeight: "24px"},
});

// A shadow root takes the editor's own style sheets as objects, which the policy of the page allows.
const host = document.createElement("div");
host.className = "code";
area.before(host);
const root = host.attachShadow({mode: "open"});

const view = new EditorView({
  parent: root,
  root,
  state: EditorState.create({
    doc: area.value,
    extensions: [
      lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(), lintGutter(), checks,
      autocompletion({override: [complete], icons: false}), sparql(), syntaxHighlighting(colours), EditorView.lineWrapping, look,
      EditorView.contentAttributes.of({"aria-label": area.labels[0].textContent.trim()}),
      EditorView.darkTheme.of(matchMedia("(prefers-color-scheme: dark)").matches),
      keymap.of([
        {key: "Mod-Enter", run: () => { area.form.requestSubmit(); return true; }},
        ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap,
      ]),
    ],
  }),
});
area.hidden = true;
area.required = false;
area.labels[0].addEventListener("click", () => view.focus());
area.form.addEventListener("submit", () => { area.value = withPrefixes(view.state.doc.toString()); });

/** Return a query with the PREFIX lines of ours that it uses and does not have. */
function withPrefixes(query) {
  const bare = query.replace(/<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*/g, " ");
  const declared = new Set([...bare.matchAll(/PREFIX\s+([\w-]*):/gi)].map(found => found[1]));
  const used = new Set([...bare.matchAll(/(?<![\w?$:])([a-z][\w-]*):(?=[\w]|\s|$)/g)].map(found => found[1]));
  const missing = [...used].filter(name => prefixes[name] && !declared.has(name));
  return missing.map(name => `PREFIX ${name}: <${prefixes[name]}>\n`).join("") + query;
}

for (const button of document.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", () => {
    const {from, to} = view.state.selection.main;
    insert(button.dataset.insert)(view, null, from, to);
    view.focus();
  });
}
