// What every page has besides its HTML: names offered while somebody types, and "/" as the way to the search box.
// All of it works without: the box is a form of its own.

const WAIT = 90;

class Suggestions {
  constructor(input) {
    this.input = input;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-list`;
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
    this.list.hidden = true;
    this.hits = [];
    this.chosen = -1;
    for (const [name, value] of Object.entries({role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id})) {
      input.setAttribute(name, value);
    }
    input.form.append(this.list);
    input.addEventListener("input", () => this.ask());
    input.addEventListener("keydown", event => this.press(event));
    input.addEventListener("blur", () => this.hide());
    this.list.addEventListener("pointerdown", event => event.preventDefault());
    this.list.addEventListener("click", event => this.follow(event.target.closest("li")));
  }

  ask() {
    clearTimeout(this.timer);
    this.request?.abort();
    const text = this.input.value.trim();
    if (!text) return this.hide();
    this.timer = setTimeout(() => this.fetch(text), WAIT);
  }

  async fetch(text) {
    this.request = new AbortController();
    const address = new URL(this.input.dataset.suggest, location);
    address.searchParams.set("q", text);
    address.searchParams.set("lang", document.documentElement.lang);
    if (this.input.dataset.kinds) address.searchParams.set("kinds", this.input.dataset.kinds);
    try {
      const answer = await fetch(address, {signal: this.request.signal});
      if (answer.ok) this.show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") this.hide();
    }
  }

  show(hits) {
    this.hits = hits;
    this.list.replaceChildren(...hits.map((hit, number) => this.line(hit, number)));
    if (!hits.length) {
      const none = document.createElement("li");
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.textContent = this.input.dataset.none ?? "";
      this.list.append(none);
    }
    this.list.hidden = document.activeElement !== this.input;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.choose(-1);
  }

  line(hit, number) {
    const line = document.createElement("li");
    line.id = `${this.list.id}-${number}`;
    line.setAttribute("role", "option");
    const name = document.createElement("b");
    name.textContent = hit.label;
    const rest = document.createElement("small");
    rest.textContent = [hit.name === hit.label ? "" : hit.name, hit.description || hit.kindLabel].filter(Boolean).join(" · ");
    line.append(name, rest);
    return line;
  }

  choose(number) {
    this.chosen = number;
    [...this.list.children].forEach((line, i) => line.setAttribute("aria-selected", String(i === number)));
    const line = this.list.children[number];
    if (line) this.input.setAttribute("aria-activedescendant", line.id);
    else this.input.removeAttribute("aria-activedescendant");
    line?.scrollIntoView({block: "nearest"});
  }

  press(event) {
    if (event.key === "Escape") return this.hide();
    if (this.list.hidden || !this.hits.length) return;
    const steps = {ArrowDown: 1, ArrowUp: -1};
    if (event.key in steps) {
      event.preventDefault();
      const count = this.hits.length;
      this.choose((this.chosen + steps[event.key] + count + (this.chosen < 0 && event.key === "ArrowUp" ? 1 : 0)) % count);
    } else if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      this.take(this.hits[this.chosen]);
    }
  }

  follow(line) {
    const hit = this.hits[[...this.list.children].indexOf(line)];
    if (hit) this.take(hit);
  }

  take(hit) {
    this.hide();
    if ("fill" in this.input.dataset) {
      this.input.value = hit.id ?? hit.label;
    } else {
      location.assign(hit.path);
    }
  }

  hide() {
    this.request?.abort();
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

for (const input of document.querySelectorAll("input[data-suggest]")) new Suggestions(input);

document.addEventListener("keydown", event => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.querySelector("input[data-suggest]")?.focus();
  }
});
