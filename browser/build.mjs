// Puts what the pages take from npm into endpoint/static/dist: the outline of the land, the type face, the editor, the
// picture of the network.

import {copyFile, mkdir, readFile, writeFile} from "node:fs/promises";
import {existsSync} from "node:fs";
import {build} from "esbuild";

const HERE = new URL("./", import.meta.url);
const TARGET = new URL("../endpoint/static/dist/", HERE);
const INTER = new URL("node_modules/@fontsource-variable/inter/", HERE);
const SCRIPTS = ["latin", "latin-ext", "cyrillic", "greek", "vietnamese"];

/** Keep the faces of these scripts; a browser fetches only those whose letters a page has. */
async function buildFont() {
  const css = await readFile(new URL("wght.css", INTER), "utf8");
  const faces = css.match(/@font-face\s*{[^}]*}/g).filter(face => SCRIPTS.some(script => face.includes(`/inter-${script}-wght-normal.woff2`)));
  const written = faces.map(face => face.replaceAll("./files/", "").replace("Inter Variable", "Inter").replace(/\s+/g, " "));
  await writeFile(new URL("inter.css", TARGET), written.join("\n") + "\n");
  for (const script of SCRIPTS) {
    const name = `inter-${script}-wght-normal.woff2`;
    await copyFile(new URL(`files/${name}`, INTER), new URL(name, TARGET));
  }
}

/** Bundle each of our scripts that imports packages. */
async function bundle(name) {
  const source = new URL(`${name}.js`, HERE);
  if (!existsSync(source)) return;
  await build({
    entryPoints: [source.pathname],
    outfile: new URL(`${name}.js`, TARGET).pathname,
    bundle: true, minify: true, format: "esm", target: "es2022", legalComments: "linked", logLevel: "warning",
  });
}

await mkdir(TARGET, {recursive: true});
await copyFile(new URL("node_modules/world-atlas/land-110m.json", HERE), new URL("land-110m.json", TARGET));
await buildFont();
await bundle("editor");
await bundle("network");
