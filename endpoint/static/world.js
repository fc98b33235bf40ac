// The map of the world, moved and zoomed. Without script it stays the picture that the server drew, and what is drawn
// here are the same paths. While it moves, the last picture is moved; it is drawn anew when it rests.

import {readPaths} from "./world-paths.js";

const MOST = 16, STEP = 0.2, ZOOM = 1.6, REST_MS = 120, MOST_NAMES = 24, REACH = 14, BUNDLE = 20;
const FINE_FROM = 1.5, NAMES_FROM = 2.4;

class World {
  constructor(figure, paths) {
    this.figure = figure;
    this.image = figure.querySelector("img");
    this.paths = paths;
    this.units = paths.units;
    this.shape = this.image.height / this.image.width;
    this.view = {x: 0, y: 0, zoom: 1};
    this.pointers = new Map();
    this.makeFrame();
    this.listen();
  }

  makeFrame() {
    this.frame = document.createElement("div");
    this.frame.className = "moved";
    for (const [name, value] of Object.entries({tabindex: 0, role: "group", "aria-label": this.image.alt, "aria-describedby": "world-keys"})) this.frame.setAttribute(name, value);
    this.canvas = document.createElement("canvas");
    this.kept = document.createElement("canvas");
    this.image.replaceWith(this.frame);
    this.image.alt = "";
    this.frame.append(this.image, this.canvas);
    this.named = this.figure.querySelector("[data-named]");
    for (const button of this.figure.querySelectorAll("[data-key]")) button.addEventListener("click", () => this.press(button.dataset.key));
    this.figure.querySelector(".tools").hidden = false;
  }

  listen() {
    this.frame.addEventListener("keydown", event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (this.press(event.key === "=" ? "+" : event.key)) event.preventDefault();
    });
    this.frame.addEventListener("pointerdown", event => this.touch(event));
    this.frame.addEventListener("pointermove", event => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) this.frame.addEventListener(name, event => this.release(event));
    this.frame.addEventListener("wheel", event => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.zoomAt(Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
    }, {passive: false});
    this.frame.addEventListener("dblclick", event => this.zoomAt(ZOOM, event.clientX, event.clientY));
    new ResizeObserver(() => this.show()).observe(this.frame);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show());
  }

  /** Do what a key stands for; say whether it stands for anything. */
  press(key) {
    const step = STEP * this.units / this.view.zoom;
    const moves = {ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step]};
    if (key in moves) this.moveBy(...moves[key]);
    else if (key === "+" || key === "-") this.zoomAt(key === "+" ? ZOOM : 1 / ZOOM);
    else if (key === "0") this.look({x: 0, y: 0, zoom: 1});
    else return false;
    return true;
  }

  touch(event) {
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.moved = 0;
    this.frame.setPointerCapture(event.pointerId);
  }

  drag(event) {
    const last = this.pointers.get(event.pointerId);
    if (!last) return this.point(event);
    const [dx, dy] = [event.clientX - last[0], event.clientY - last[1]];
    const spread = this.spread();
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.moved += Math.abs(dx) + Math.abs(dy);
    const share = 1 / (this.pointers.size * this.scale());
    this.moveBy(-dx * share, -dy * share);
    if (spread) this.zoomAt(this.spread() / spread, event.clientX, event.clientY);
  }

  /** Return how far two fingers are apart, 0 without two. */
  spread() {
    if (this.pointers.size !== 2) return 0;
    const [[ax, ay], [bx, by]] = this.pointers.values();
    return Math.hypot(ax - bx, ay - by);
  }

  release(event) {
    const place = this.moved < 5 && event.type === "pointerup" ? this.placeAt(event) : null;
    this.pointers.delete(event.pointerId);
    if (place) location.assign(this.addressOf(place));
  }

  point(event) {
    const place = this.placeAt(event);
    this.frame.classList.toggle("at-place", place !== null);
    this.frame.title = place === null ? "" : this.names.label[place];
  }

  /** Return how many pixels of the page a unit of the picture has. */
  scale() {
    return this.frame.clientWidth / this.units * this.view.zoom;
  }

  moveBy(dx, dy) {
    this.look({...this.view, x: this.view.x + dx, y: this.view.y + dy});
  }

  zoomAt(factor, clientX, clientY) {
    const box = this.frame.getBoundingClientRect();
    const [px, py] = clientX === undefined ? [box.width / 2, box.height / 2] : [clientX - box.left, clientY - box.top];
    const before = this.scale();
    const zoom = Math.min(MOST, Math.max(1, this.view.zoom * factor));
    const after = this.frame.clientWidth / this.units * zoom;
    this.look({x: this.view.x + px / before - px / after, y: this.view.y + py / before - py / after, zoom});
  }

  /** Look at a part of the map: `x`, `y` are its upper left corner. */
  look({x, y, zoom}) {
    const most = 1 - 1 / zoom;
    this.view = {x: Math.min(Math.max(0, x), most * this.units), y: Math.min(Math.max(0, y), most * this.units * this.shape), zoom};
    this.frame.classList.toggle("near", zoom > 1);
    this.read();
    cancelAnimationFrame(this.next);
    this.next = requestAnimationFrame(() => this.move());
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.show(), REST_MS);
  }

  /** Read what only those need who come nearer: the arcs from place to place, then the names. */
  read() {
    if (this.view.zoom >= FINE_FROM && !this.reading) {
      this.reading = readPaths(this.figure.dataset.fine).then(fine => { this.fine = fine; this.show(); }, () => {});
    }
    if (this.view.zoom >= NAMES_FROM && !this.asking) {
      this.asking = fetch(this.figure.dataset.names).then(answer => answer.json()).then(names => this.takeNames(names), () => {});
    }
  }

  takeNames(names) {
    const degrees = new Uint32Array(names.id.length);
    for (const number of names.links) degrees[number] += 1;
    this.names = names;
    this.byDegree = [...degrees.keys()].filter(place => names.mapX[place] !== null).sort((a, b) => degrees[b] - degrees[a] || a - b);
    this.show();
  }

  /** Move the picture that was drawn last, which costs next to nothing. */
  move() {
    const context = this.canvas.getContext("2d"), ratio = this.canvas.width / this.frame.clientWidth;
    const {x, y, zoom} = this.keptView, factor = this.view.zoom / zoom;
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.fillGround(context);
    context.drawImage(this.kept, (x - this.view.x) * this.scale() * ratio, (y - this.view.y) * this.scale() * ratio, this.kept.width * factor, this.kept.height * factor);
  }

  fillGround(context) {
    context.fillStyle = this.colours.panel;
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** Draw the part of the map that is looked at. */
  show() {
    const ratio = devicePixelRatio, [width, height] = [this.frame.clientWidth, this.frame.clientWidth * this.shape];
    if (!width) return;
    const style = getComputedStyle(document.documentElement);
    this.colours = Object.fromEntries(["panel", "land", "accent", "warm", "ink", "bg"].map(name => [name, style.getPropertyValue(`--${name}`).trim()]));
    for (const canvas of [this.canvas, this.kept]) [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const context = this.kept.getContext("2d");
    this.fillGround(context);
    this.drawMap(context, ratio);
    this.drawNames(context, ratio, width, height);
    this.keptView = this.view;
    this.move();
    this.figure.dataset.drawn = this.view.zoom.toFixed(2);
  }

  drawMap(context, ratio) {
    const scale = this.scale() * ratio, thin = Math.sqrt(this.view.zoom) * this.frame.clientWidth / this.units * ratio;
    context.setTransform(scale, 0, 0, scale, -this.view.x * scale, -this.view.y * scale);
    context.fillStyle = this.colours.land;
    context.fill(this.paths.land);
    const {arcs, units} = this.view.zoom >= FINE_FROM && this.fine ? this.fine : this.paths;
    const finer = units / this.units;
    context.setTransform(scale / finer, 0, 0, scale / finer, -this.view.x * scale, -this.view.y * scale);
    context.strokeStyle = this.colours.accent;
    context.lineCap = "round";
    for (const {width, strength, pieces} of arcs) {
      const seen = finer > 1 ? pieces.filter(piece => this.sees(piece, finer)) : pieces;
      context.lineWidth = (finer > 1 ? 0.9 : width) * thin * finer / scale;
      context.globalAlpha = finer > 1 ? Math.min(0.7, Math.max(0.045, 250 / (seen.length + 1))) : strength;
      // What is drawn at once is as strong where it crosses itself: in bundles, where there is more looks like more.
      for (let i = 0; i < seen.length; i += finer > 1 ? BUNDLE : seen.length) {
        const bundle = new Path2D();
        for (const piece of seen.slice(i, finer > 1 ? i + BUNDLE : seen.length)) bundle.addPath(piece.path);
        context.stroke(bundle);
      }
    }
    context.globalAlpha = 0.8;
    context.fillStyle = this.colours.warm;
    context.setTransform(scale, 0, 0, scale, -this.view.x * scale, -this.view.y * scale);
    if (this.names && this.view.zoom >= NAMES_FROM) this.drawPlaces(context, ratio / scale);
    else context.fill(this.paths.places);
    context.globalAlpha = 1;
  }

  drawPlaces(context, unit) {
    const size = (0.9 + 0.3 * Math.log2(this.view.zoom)) * unit, {mapX, mapY} = this.names;
    context.beginPath();
    for (const place of this.byDegree) {
      if (!this.isInView(place)) continue;
      context.moveTo(mapX[place] + size, mapY[place]);
      context.arc(mapX[place], mapY[place], size, 0, 7);
    }
    context.fill();
  }

  sees({left, top, right, bottom}, finer) {
    const {x, y, zoom} = this.view, [wide, high] = [this.units / zoom, this.units * this.shape / zoom];
    return right / finer >= x && left / finer <= x + wide && bottom / finer >= y && top / finer <= y + high;
  }

  isInView(place) {
    const [left, top] = [this.names.mapX[place], this.names.mapY[place]];
    return this.sees({left, top, right: left, bottom: top}, 1);
  }

  /** Write the names of the places with most partners where there is room, and list them as links. */
  drawNames(context, ratio, width, height) {
    const written = [];
    if (this.names && this.view.zoom >= NAMES_FROM) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.font = `500 13px ${getComputedStyle(this.frame).fontFamily}`;
      context.lineJoin = "round";
      context.lineWidth = 3.5;
      for (const place of this.byDegree) {
        if (written.length === MOST_NAMES) break;
        if (this.isInView(place)) this.writeName(context, place, written, width, height);
      }
    }
    this.listNames(written.map(box => box.place));
  }

  writeName(context, place, written, width, height) {
    const text = this.names.label[place], [x, y] = this.spot(place), wide = context.measureText(text).width;
    const box = {place, left: x + 5, right: x + 9 + wide, top: y - 9, bottom: y + 9};
    if (box.right > width || box.top < 0 || box.bottom > height) return;
    if (written.some(other => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top)) return;
    context.strokeStyle = this.colours.panel;
    context.strokeText(text, x + 6, y + 4);
    context.fillStyle = this.colours.ink;
    context.fillText(text, x + 6, y + 4);
    written.push(box);
  }

  listNames(places) {
    const links = places.map(place => {
      const link = document.createElement("a");
      link.href = this.addressOf(place);
      link.textContent = this.names.label[place];
      return link;
    });
    this.named.hidden = !links.length;
    this.named.querySelector("span").replaceChildren(...links.flatMap((link, i) => i ? [" · ", link] : [link]));
  }

  /** Return where a place is, in pixels of the page from the corner of the map. */
  spot(place) {
    return [(this.names.mapX[place] - this.view.x) * this.scale(), (this.names.mapY[place] - this.view.y) * this.scale()];
  }

  /** Return the place under the pointer, null where there is none or nothing is named yet. */
  placeAt(event) {
    if (!this.names || this.view.zoom < NAMES_FROM) return null;
    const box = this.frame.getBoundingClientRect();
    const far = place => Math.hypot(...this.spot(place).map((at, i) => at - [event.clientX - box.left, event.clientY - box.top][i]));
    let [found, least] = [null, REACH];
    for (const place of this.byDegree) {
      if (!this.isInView(place)) continue;
      const distance = far(place);
      if (distance < least) [found, least] = [place, distance];
    }
    return found;
  }

  addressOf(place) {
    const [path, query] = this.figure.dataset.place.split("?");
    return `${path}${this.names.id[place]}.html${query ? `?${query}` : ""}`;
  }
}

const figure = document.querySelector("[data-fine]");
if (figure) readPaths(figure.querySelector("img").src).then(paths => new World(figure, paths), () => {});
