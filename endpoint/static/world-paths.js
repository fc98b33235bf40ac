// The paths of the server's map of the world, each piece with the box that it is in, so that only what is seen is drawn.

/** Return the pieces of a path of relative curves with the box that each is in. */
function splitPath(text) {
  return text.split(/(?=M)/).map(piece => {
    const [head, ...curves] = piece.split("q");
    let [x, y] = head.slice(1).split(" ").map(Number);
    let [left, top, right, bottom] = [x, y, x, y];
    for (const curve of curves) {
      const steps = curve.match(/-?\d+/g).map(Number);
      for (const [dx, dy] of [[steps[0], steps[1]], [steps[2], steps[3]]]) {
        left = Math.min(left, x + dx); right = Math.max(right, x + dx);
        top = Math.min(top, y + dy); bottom = Math.max(bottom, y + dy);
      }
      x += steps[2]; y += steps[3];
    }
    return {path: new Path2D(piece), left, top, right, bottom};
  });
}

/** Read a map: its arcs by weight, the land and the places. */
export async function readPaths(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(address);
  // The policy of the page allows no style sheet inside.
  const text = (await answer.text()).replace(/<style>.*?<\/style>/s, "");
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const arcs = [...svg.querySelectorAll("g path")].map(path => ({
    width: Number(path.getAttribute("stroke-width")), strength: Number(path.getAttribute("stroke-opacity")), pieces: splitPath(path.getAttribute("d")),
  }));
  const shape = name => new Path2D(svg.querySelector(name)?.getAttribute("d") ?? "");
  return {units: Number(svg.getAttribute("viewBox").split(" ")[2]), arcs, land: shape(".l"), places: shape(".p")};
}
