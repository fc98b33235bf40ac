// The picture of /network: all places and links, drawn by sigma in WebGL. The page is whole without: the tables
// below it and the questions say the same.

import Graph from "graphology";
import Sigma from "sigma";
import {EdgeLineProgram, NodePointProgram} from "sigma/rendering";

const PALETTE = ["#0a6568", "#b4430b", "#3567b8", "#7a3e9d", "#5f7a12", "#b0246e", "#92600a", "#15803d", "#6b4f3a", "#0e7490"];
const PALETTE_DARK = ["#4fc3bd", "#ff9d63", "#8fb4ff", "#d3a6f0", "#b9d45a", "#ff8fc4", "#f0c05a", "#6fdc8c", "#d1b19a", "#67d6f2"];
const STEP = 0.15, ZOOM = 1.5, MOVE = 200, REST = 120, NEAREST = 0.08, MARGIN = 1.25;
const MOVED_LAYERS = ["edges", "nodes", "labels"];

const box = document.querySelector("[data-network]");
const canvas = box.querySelector(".canvas");
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const colours = dark ? PALETTE_DARK : PALETTE;
const style = getComputedStyle(document.documentElement);
const [ink, line, edge, warm] = ["--ink", "--line", "--edge", "--warm"].map(name => style.getPropertyValue(name).trim());
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Return a graph of the columns that the server gives. */
function makeGraph(data) {
  const graph = new Graph({type: "undirected"});
  const degrees = new Uint32Array(data.id.length);
  for (const number of data.links) degrees[number] += 1;
  data.id.forEach((id, i) => graph.addNode(i, {
    id, label: data.label[i], community: data.community[i], country: data.country[i], degree: degrees[i],
    x: data.x[i], y: -data.y[i], size: 1.2 + Math.sqrt(degrees[i]) * 0.8, color: edge,
  }));
  for (let i = 0; i < data.links.length; i += 2) graph.mergeEdge(data.links[i], data.links[i + 1], {color: line, size: 0.4});
  return graph;
}

/** Moves what it drew last while the camera moves, and draws anew when it rests: without a graphics card, drawing takes long. */
class CalmSigma extends Sigma {
  render() {
    const camera = this.getCamera().getState();
    if (this.drawn && !this.needToProcess && !this.rested && !sameView(camera, this.drawn)) return this.shift(camera);
    this.rested = false;
    this.drawn = camera;
    for (const name of MOVED_LAYERS) this.getCanvases()[name].style.transform = "";
    return super.render();
  }

  /** Put the layers where what they show is for another camera. */
  shift(camera) {
    const [here, there] = [this.drawn, camera].map(cameraState => [0, 1].map(x => this.framedGraphToViewport({x, y: 0}, {cameraState})));
    const scale = (there[1].x - there[0].x) / (here[1].x - here[0].x);
    const [x, y] = [there[0].x - scale * here[0].x, there[0].y - scale * here[0].y];
    for (const name of MOVED_LAYERS) this.getCanvases()[name].style.transform = `matrix(${scale},0,0,${scale},${x},${y})`;
    this.renderFrame = null;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.rested = true;
      this.scheduleRender();
    }, REST);
    return this;
  }
}

function sameView(one, other) {
  return ["x", "y", "ratio"].every(name => one[name] === other[name]);
}

class Picture {
  constructor(data) {
    this.data = data;
    this.graph = makeGraph(data);
    this.chosen = null;
    this.near = new Set();
    this.renderer = new CalmSigma(this.graph, canvas, {
      // Points and lines are what a browser without a graphics card draws fastest.
      nodeProgramClasses: {circle: NodePointProgram}, edgeProgramClasses: {line: EdgeLineProgram},
      renderEdgeLabels: false, labelColor: {color: ink}, labelFont: style.getPropertyValue("--sans"),
      labelSize: 13, labelDensity: 0.4, labelRenderedSizeThreshold: 7, defaultEdgeColor: line, zIndex: true,
      nodeReducer: (node, shown) => this.reduceNode(node, shown), edgeReducer: (link, shown) => this.reduceEdge(link, shown),
      defaultDrawNodeLabel: (context, node, settings) => writeName(context, node, settings),
      defaultDrawNodeHover: (context, node, settings) => drawName(context, node, settings),
    });
    this.renderer.on("clickNode", ({node}) => this.choose(node));
    this.renderer.on("clickStage", () => this.choose(null));
    this.colour("community");
  }

  reduceNode(node, shown) {
    if (shown.hidden || this.chosen === null) return shown;
    if (node === this.chosen) return {...shown, color: warm, highlighted: true, zIndex: 2};
    return this.near.has(node) ? {...shown, zIndex: 1, forceLabel: this.near.size < 40} : {...shown, color: line, label: ""};
  }

  reduceEdge(link, shown) {
    if (this.chosen === null) return shown;
    return this.graph.hasExtremity(link, this.chosen) ? {...shown, color: warm, size: 1.4, zIndex: 1} : {...shown, hidden: true};
  }

  /** Choose a place: it and its partners stand out, and the line below says what it is. */
  choose(node) {
    this.chosen = node;
    this.near = new Set(node === null ? [] : this.graph.neighbors(node));
    const line = box.querySelector("[data-chosen]");
    if (node === null) line.replaceChildren();
    else line.replaceChildren(...this.describe(node));
    this.renderer.refresh({skipIndexation: true});
  }

  describe(node) {
    const place = this.graph.getNodeAttributes(node);
    const link = document.createElement("a");
    const [path, query] = box.dataset.place.split("?");
    link.href = `${path}${place.id}.html${query ? `?${query}` : ""}`;
    link.textContent = place.label;
    const country = this.data.countries[place.country] ?? box.dataset.unknown;
    return [link, ` · ${country} · ${box.dataset.partners} ${place.degree}`];
  }

  /** Find a place by the beginning of its name, the one with most partners first, and go there. */
  find(text) {
    const wanted = fold(text);
    let found = null;
    if (wanted) this.graph.forEachNode((node, place) => {
      if (!place.hidden && fold(place.label).startsWith(wanted) && (found === null || place.degree > this.graph.getNodeAttribute(found, "degree"))) found = node;
    });
    this.choose(found);
    if (found === null) return;
    this.move(this.frameOf([found, ...this.near]));
  }

  /** Return the camera that shows all of these places. */
  frameOf(nodes) {
    const spots = nodes.map(node => this.renderer.getNodeDisplayData(node)).filter(spot => !spot.hidden);
    const [xs, ys] = [spots.map(({x}) => x), spots.map(({y}) => y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    return {x: (left + right) / 2, y: (top + bottom) / 2, ratio: Math.min(1, Math.max(NEAREST, MARGIN * Math.max(right - left, bottom - top)))};
  }

  move(state) {
    this.renderer.getCamera().animate(state, {duration: calm ? 0 : MOVE});
  }

  /** Put places side by side with those of their group, or where they are on Earth. */
  arrange(layout) {
    const onMap = layout === "map";
    this.graph.updateEachNodeAttributes((node, place) => {
      const known = this.data.mapX[node] !== null;
      place.hidden = onMap && !known;
      place.x = onMap && known ? this.data.mapX[node] : this.data.x[node];
      place.y = -(onMap && known ? this.data.mapY[node] : this.data.y[node]);
      return place;
    }, {attributes: ["x", "y", "hidden"]});
    this.renderer.getCamera().setState({x: 0.5, y: 0.5, ratio: 1, angle: 0});
  }

  /** Colour the ten largest groups by community or country; the others stay grey. */
  colour(by) {
    const sizes = new Map(), hubs = new Map();
    this.graph.forEachNode((node, place) => {
      const key = place[by];
      if (key < 0) return;
      sizes.set(key, (sizes.get(key) ?? 0) + 1);
      if (place.degree > (hubs.get(key)?.degree ?? -1)) hubs.set(key, place);
    });
    const largest = [...sizes].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, colours.length).map(([key]) => key);
    const colourOf = new Map(largest.map((key, i) => [key, colours[i]]));
    this.graph.updateEachNodeAttributes((_, place) => ({...place, color: colourOf.get(place[by]) ?? edge}), {attributes: ["color"]});
    const words = key => by === "country" ? this.data.countries[key] : box.dataset.around.replace("{place}", hubs.get(key).label);
    const lines = largest.map(key => [colourOf.get(key), `${words(key)} ${sizes.get(key)}`]);
    if (sizes.size > largest.length) lines.push([edge, box.dataset.others]);
    box.querySelector("[data-legend]").replaceChildren(...lines.map(([colour, text]) => legendLine(colour, text)));
  }
}

function legendLine(colour, text) {
  const line = document.createElement("span");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({width: 14, height: 14, "aria-hidden": true})) svg.setAttribute(name, value);
  const dot = document.createElementNS(svg.namespaceURI, "circle");
  for (const [name, value] of Object.entries({cx: 7, cy: 7, r: 5, fill: colour})) dot.setAttribute(name, value);
  svg.append(dot);
  line.append(svg, text);
  return line;
}

/** Write the name of a place so that it can be read on other places, too. */
function writeName(context, node, settings) {
  if (!node.label) return;
  context.font = `500 ${settings.labelSize}px ${settings.labelFont}`;
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = style.getPropertyValue("--panel");
  context.strokeText(node.label, node.x + node.size + 3, node.y + 4);
  context.fillStyle = ink;
  context.fillText(node.label, node.x + node.size + 3, node.y + 4);
}

/** Draw the name of a place that is pointed at or chosen, on the ground of the page. */
function drawName(context, node, settings) {
  context.font = `600 ${settings.labelSize}px ${settings.labelFont}`;
  const width = context.measureText(node.label ?? "").width;
  context.fillStyle = style.getPropertyValue("--bg");
  context.fillRect(node.x + node.size + 1, node.y - 11, width + 8, 22);
  context.fillStyle = ink;
  context.fillText(node.label ?? "", node.x + node.size + 5, node.y + 4);
}

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** Arrow keys move, plus and minus zoom, 0 shows all, Escape chooses nothing. */
function press(picture, event) {
  const camera = picture.renderer.getCamera(), {x, y, ratio} = camera.getState();
  const moves = {
    ArrowLeft: {x: x - STEP * ratio}, ArrowRight: {x: x + STEP * ratio}, ArrowUp: {y: y + STEP * ratio}, ArrowDown: {y: y - STEP * ratio},
    "+": {ratio: ratio / ZOOM}, "=": {ratio: ratio / ZOOM}, "-": {ratio: ratio * ZOOM}, 0: {x: 0.5, y: 0.5, ratio: 1},
  };
  if (event.key === "Escape") picture.choose(null);
  if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  picture.move(moves[event.key]);
}

async function start() {
  const answer = await fetch(box.dataset.network);
  if (!answer.ok || !document.createElement("canvas").getContext("webgl2")) return;
  box.hidden = false;
  const picture = new Picture(await answer.json());
  const [find, layout, colour] = ["n-find", "n-layout", "n-colour"].map(id => document.getElementById(id));
  layout.addEventListener("change", () => picture.arrange(layout.value));
  colour.addEventListener("change", () => picture.colour(colour.value));
  find.form.addEventListener("submit", event => {
    event.preventDefault();
    picture.find(find.value);
  });
  canvas.addEventListener("keydown", event => press(picture, event));
  box.dataset.drawn = String(picture.graph.order);
}

start();
