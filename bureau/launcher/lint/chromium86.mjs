// Checks our own CSS and JavaScript against Chromium 86, the oldest browser that offices still run, by MDN's
// compatibility tables: node bureau/launcher/lint/chromium86.mjs FILE…   Prints `file:line: what (since Chromium N)`.
// A line that ends in /* newer-ok: reason */ is let through: the page must work without it.
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import * as acorn from "acorn";
import * as walk from "acorn-walk";
import * as cssTree from "css-tree";

const OLDEST = 86;
const bcd = createRequire(import.meta.url)("@mdn/browser-compat-data");
// Where Chromium does not know these, a page only looks plainer.
const HARMLESS = new Set(["property text-underline-offset", "property accent-color", "property scrollbar-gutter"]);
// Names that our own objects and ECharts share with newer members of the language.
const SHARED_NAMES = new Set(["resize"]);
const faults = [];

/** Since which Chromium; Infinity for never, undefined where the tables say nothing. */
function since(entry) {
  const support = entry?.__compat?.support?.chrome;
  if (!support) return undefined;
  const plain = [support].flat().filter((s) => !s.flags && !s.prefix && !s.alternative_name
    && !(parseFloat(s.version_removed) <= OLDEST));
  if (!plain.length) return Infinity;
  return Math.min(...plain.map((s) => (s.version_added ? parseFloat(String(s.version_added).replace("≤", "")) || 0 : Infinity)));
}

function report(file, lines, line, what, version) {
  if (!(version > OLDEST) || HARMLESS.has(what) || /newer-ok: \S/.test(lines[line - 1])) return;
  faults.push(`${file}:${line}: ${what} (${version === Infinity ? "not in Chromium" : `since Chromium ${version}`})`);
}

// --- CSS: properties, keywords, functions, units, selectors, at-rules ---------------------------------

const types = {};
(function collect(branch) {
  for (const [name, entry] of Object.entries(branch)) {
    if (name === "__compat" || typeof entry !== "object") continue;
    const version = since(entry);
    if (version !== undefined) types[name] = Math.min(types[name] ?? Infinity, version);
    collect(entry);
  }
})(bcd.css.types);
const UNITS = {dvh: 108, svh: 108, lvh: 108, dvw: 108, svw: 108, lvw: 108, cqw: 105, cqh: 105, cqi: 105, lh: 109, rlh: 111};

function checkCss(file, text) {
  const lines = text.split("\n");
  const tree = cssTree.parse(text, {
    positions: true, parseCustomProperty: true,
    onParseError: (error) => faults.push(`${file}:${error.line}: ${error.message}`),
  });
  cssTree.walk(tree, function (node) {
    const at = (what, version) => report(file, lines, node.loc.start.line, what, version);
    const property = this.declaration && bcd.css.properties[this.declaration.property];
    if (node.name?.startsWith?.("-") || node.property?.startsWith?.("-")) {
      return;  // one browser's own, or our own custom property
    } else if (node.type === "Declaration") {
      const descriptors = !this.rule && this.atrule && bcd.css["at-rules"][this.atrule.name];
      at(`property ${node.property}`, since(descriptors?.[node.property] ?? bcd.css.properties[node.property]));
    } else if (node.type === "Identifier" && property) {
      at(`${this.declaration.property}: ${node.name}`, since(property[node.name]));
    } else if (node.type === "Function") {
      at(`${node.name}()`, since(property?.[node.name]) ?? types[node.name]);
    } else if (node.type === "Dimension") {
      at(`unit ${node.unit}`, UNITS[node.unit]);
    } else if (node.type === "PseudoClassSelector" || node.type === "PseudoElementSelector") {
      at(`:${node.name}`, since(bcd.css.selectors[node.name]));
    } else if (node.type === "NestingSelector" || (node.type === "Rule" && this.rule)) {
      at("nested rule", since(bcd.css.selectors.nesting));
    } else if (node.type === "Atrule") {
      at(`@${node.name}`, since(bcd.css["at-rules"][node.name]));
    } else if (node.type === "FeatureRange") {
      at("range in a media query", since(bcd.css["at-rules"].media.range_syntax));
    } else if (node.type === "Feature") {
      at(`media feature ${node.name}`, since(bcd.css["at-rules"].media[node.name]));
    }
  });
}

// --- JavaScript: syntax by the parser, globals and members by name ------------------------------------

const globals = {};
const members = {};
const statics = {};
const sources = [...Object.entries(bcd.javascript.builtins), ...Object.entries(bcd.api)];
for (const [name, entry] of sources) {
  const version = since(entry);
  if (version !== undefined) globals[name] = Math.min(globals[name] ?? Infinity, version);
  for (const [member, detail] of Object.entries(entry)) {
    const key = member.replace(/_static$|_event$/, "");
    const added = since(detail);
    if (member === "__compat" || added === undefined || member.endsWith("_event") || SHARED_NAMES.has(key)) continue;
    if (member.endsWith("_static")) statics[`${name}.${key}`] = added;
    members[key] = Math.min(members[key] ?? Infinity, added);
  }
}

function checkJs(file, text) {
  const lines = text.split("\n");
  let tree;
  try {
    tree = acorn.parse(text, {ecmaVersion: 2021, sourceType: "module", locations: true});
  } catch (error) {
    faults.push(`${file}:${error.loc?.line}: ${error.message} (newer than Chromium 86, or a mistake)`);
    return;
  }
  walk.full(tree, (node) => {
    const at = (what, version) => report(file, lines, node.loc.start.line, what, version);
    if (node.type === "MemberExpression" && !node.computed) {
      const owner = node.object.type === "Identifier" ? `${node.object.name}.${node.property.name}` : "";
      at(`.${node.property.name}`, statics[owner] ?? members[node.property.name]);
    } else if (node.type === "NewExpression" && node.callee.type === "Identifier") {
      at(`new ${node.callee.name}`, globals[node.callee.name]);
    } else if (node.type === "CallExpression" && node.callee.type === "Identifier") {
      at(`${node.callee.name}()`, since(bcd.api[node.callee.name]) ?? globals[node.callee.name]);
    }
  });
}

for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  (file.endsWith(".css") ? checkCss : checkJs)(file, text);
}
for (const fault of faults) console.log(fault);
process.exit(faults.length ? 1 : 0);
