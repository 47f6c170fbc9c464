// Bundles the daemon: a main part, and parts that are loaded when a function of theirs is called for the first time.
// The sources know nothing of it: an import of a module of a part becomes, outside of the part, functions of the same
// names that load the part and call the one in it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build, transformSync } from 'esbuild';
import ts from 'typescript';
import { PARTS } from './daemon-parts.mjs';
import { functions, lazyBuiltins, withoutImports } from './late-modules.mjs';

/**
 * Modules of Node.js that take memory (together 1.2 MB, as most of them load streams) and time, and that a plain daemon
 * does without. They are loaded with the first call, too.
 */
const LAZY_BUILTINS = [
  'node:crypto',
  'node:module',
  'node:net',
  'node:timers/promises',
  'node:vm',
  'node:zlib',
];

/** Imported first; it sets flags of V8. */
const FIRST = './src/native/save-memory.ts';

/** Gives the parts what they take from the main part. */
const SHARED = 'visord:shared';

/**
 * @param root the folder of the checkout
 * @param entry path of the command's source in it
 * @param options of esbuild, for all parts
 * @param finish what is done to the text of each part; it may use characters up to U+00FF only
 * @param keep is called with the name, the final text, and what esbuild has made: its text and its source map, which is
 * null unless the options ask for one; of each part, and of the main part with the name null
 * @returns the text of the main part, and the file that has to be beside it
 */
export async function bundleDaemon({ root, entry, options, finish, keep = () => {} }) {
  const daemon = await readModules(root, entry, options);
  const partOf = partOfModule(daemon);
  const { main, parts } = divide(daemon, entry, partOf);
  for (const [part, modules] of [[null, main], ...parts]) refuseComparisons(root, { part, modules, partOf });
  /** The names that parts take from modules of the main part. */
  const shared = new Map();
  const built = [];
  for (const [name, modules] of parts) {
    const bundled = await bundlePart({ root, name, modules, options, partOf });
    const body = asFunctionBody(bundled.text, { root, name, partOf, shared });
    const part = { name, text: finish(withoutImports(body)) };
    keep(part.name, part.text, bundled);
    built.push(part);
  }
  const text = built.map((part) => part.text).join('');
  const file = `supervisord-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.parts`;
  const bundled = await bundleMain({ root, entry, options, partOf, main, shared });
  const mainText = finish(`${runtime(root, built, file)}${withoutImports(bundled.text)}`);
  keep(null, mainText, bundled);
  return { main: mainText, file, text };
}

/** The modules of the command by their paths in the checkout, and what they import. */
async function readModules(root, entry, options) {
  const { metafile } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: [entry],
    write: false,
    metafile: true,
    outdir: 'nowhere',
  });
  const { inputs } = metafile;
  const imported = (path, isWanted) =>
    inputs[path].imports.filter((each) => !each.external && isWanted(each.kind)).map((each) => each.path);
  return {
    paths: Object.keys(inputs),
    importedBy: (path) => imported(path, (kind) => kind !== 'dynamic-import'),
    importedLater: (path) => imported(path, (kind) => kind === 'dynamic-import'),
  };
}

/** The part of each module that PARTS names. */
function partOfModule(daemon) {
  const found = new Map();
  for (const [part, modules] of Object.entries(PARTS)) {
    for (const module of modules) {
      if (!daemon.paths.includes(module))
        throw new Error(`${module} of the part ${part} is not a module of the daemon`);
      found.set(module, part);
    }
  }
  for (const module of daemon.paths.flatMap(daemon.importedLater)) {
    if (!found.has(module))
      throw new Error(`${module} is imported by import() and needs a part in daemon-parts.mjs`);
  }
  return found;
}

/** What only one part needs is in that part, and all else in the main part. */
function divide(daemon, entry, partOf) {
  const main = new Set();
  const addToMain = (module) => {
    if (main.has(module) || partOf.has(module)) return;
    main.add(module);
    daemon.importedBy(module).forEach(addToMain);
  };
  const modulesOf = (part) => {
    const found = new Set();
    const add = (module) => {
      if (found.has(module) || main.has(module) || (partOf.get(module) ?? part) !== part) return;
      found.add(module);
      daemon.importedBy(module).forEach(add);
    };
    for (const module of PARTS[part]) add(module);
    return found;
  };
  addToMain(entry);
  for (;;) {
    const parts = Object.keys(PARTS).map((name) => [name, modulesOf(name)]);
    const all = parts.flatMap(([, modules]) => [...modules]);
    const common = all.filter((module, index) => all.indexOf(module) !== index);
    if (common.length === 0) return { main, parts };
    common.forEach(addToMain);
  }
}

/**
 * Resolves relative imports of the sources by `decide(path in the checkout, kind)`, or as usual where that is null. They
 * name their files, so esbuild's own search (`building.resolve`), which takes ten times as long as the rest, is not needed.
 */
function resolving(root, decide) {
  return {
    name: 'parts of the daemon',
    setup(building) {
      building.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, kind }) => {
        const file = resolve(resolveDir, path);
        return decide(relative(root, file), kind) ?? { path: file };
      });
    },
  };
}

/** Texts of the option tables that only documents have: a tenth of the daemon. */
const FOR_DOCUMENTS = /^(?:about|example|help|schema)$/;

const TABLES = /\/src\/config\/tables\/.*\.ts$/;

/** `--help` of the daemon prints texts of this table. */
const TABLE_OF_FLAGS = /daemon-options\.ts$/;

const withoutDocuments = {
  name: 'no texts for documents',
  setup(building) {
    building.onLoad({ filter: TABLES }, ({ path }) => {
      if (TABLE_OF_FLAGS.test(path)) return null;
      const text = readFileSync(path, 'utf8');
      const pieces = [];
      let from = 0;
      const visit = (node) => {
        if (ts.isPropertyAssignment(node) && FOR_DOCUMENTS.test(node.name.getText(source))) {
          const start = node.getStart(source);
          const end = node.end + (text[node.end] === ',' ? 1 : 0);
          // As many blanks: what follows stays where it is, for source maps.
          pieces.push(text.slice(from, start), text.slice(start, end).replaceAll(/[^\n]/g, ' '));
          from = end;
        } else {
          ts.forEachChild(node, visit);
        }
      };
      const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
      visit(source);
      return { contents: pieces.join('') + text.slice(from), loader: 'ts' };
    });
  },
};

function bundlePart({ root, name, modules, options, partOf }) {
  return bundled({
    ...options,
    absWorkingDir: root,
    stdin: {
      contents: PARTS[name].map((module) => `export * from './${module}';`).join('\n'),
      resolveDir: root,
    },
    format: 'esm',
    define: { ...options.define, 'performance.now': 'performanceNow' },
    plugins: [
      withoutDocuments,
      resolving(root, (module, kind) => {
        if (modules.has(module)) return null;
        const part = partOf.get(module);
        return kind === 'dynamic-import' && part !== undefined
          ? { path: `part:${part}`, external: true }
          : { path: `rest:${module}`, external: true };
      }),
    ],
  });
}

/** What esbuild makes of one part: its text, and the source map, null unless the options ask for one. */
async function bundled(options) {
  const { outputFiles } = await build({
    ...options,
    write: false,
    outfile: join(options.absWorkingDir, 'part.js'),
  });
  const textOf = (extension) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? null;
  return { text: textOf('.js'), map: textOf('.map') };
}

const IMPORT = /import(?:(\w+) ?from|\*as (\w+) ?from|\{([^{}]*)\}from)?"([^"]+)";/g;
const EXPORT = /export\{([^{}]*)\};/g;

/** The text of a module as the body of a function, see parts-runtime.js. */
function asFunctionBody(text, { root, name: part, partOf, shared }) {
  const heading = [];
  const body = text
    .replace(/\bimport (?=[\w*{])/g, 'import')
    .replace(IMPORT, (_, whole, namespace, list, from) => {
      const module = /^rest:(.*)/.exec(from)?.[1];
      if (module !== undefined && list === undefined)
        throw new Error(`the part ${part} imports all of ${module}`);
      const names = namesIn(list ?? '');
      if (module === undefined) {
        const target = whole ?? namespace ?? `{${names.map(([name, as]) => `${name}:${as}`)}}`;
        heading.push(`const ${target}=require(${JSON.stringify(from)});`);
      } else if (partOf.has(module)) {
        const known = exportsOf(root, module);
        const added = names.map(
          ([name, as]) => `const ${as}=${inPart(partOf.get(module), name, known.get(name))};`,
        );
        heading.push(...added);
      } else {
        const known = shared.get(module) ?? new Set();
        for (const [name] of names) known.add(name);
        shared.set(module, known);
        const target = names.map(([name, as]) => `${name}:${as}`);
        heading.push(`const{${target}}=restOfDaemon(${JSON.stringify(module)});`);
      }
      return '';
    })
    .replace(
      EXPORT,
      (_, list) => `Object.assign(exports,{${namesIn(list).map(([name, as]) => `${as}:${name}`)}});`,
    );
  return `"use strict";${heading.join('')}${body}`;
}

/** Pairs of `name` or `name as other`. */
function namesIn(list) {
  const names = list.split(',').map((each) => each.trim().split(' as '));
  return names.filter(([name]) => name !== '').map(([name, as = name]) => [name, as]);
}

/** A function that calls the one of this name in a part, or is the constructor of that class. */
function inPart(part, name, kind) {
  if (kind === undefined) throw new Error(`${name} of the part ${part} is neither a function nor a class`);
  const exported = `daemonPart(${JSON.stringify(part)}).${name}`;
  return kind === 'class' ? `function(...a){return new(${exported})(...a)}` : `(...a)=>${exported}(...a)`;
}

function bundleMain({ root, entry, options, partOf, main, shared }) {
  for (const module of shared.keys()) {
    if (!main.has(module)) throw new Error(`${module} is in no part`);
  }
  return bundled({
    ...options,
    absWorkingDir: root,
    stdin: {
      contents: [FIRST, SHARED, `./${entry}`].map((module) => `import '${module}';`).join('\n'),
      resolveDir: root,
    },
    define: { ...options.define, 'performance.now': 'performanceNow' },
    plugins: [
      withoutDocuments,
      resolving(root, (module, kind) => {
        const part = partOf.get(module);
        if (part === undefined) return null;
        return kind === 'dynamic-import'
          ? { path: `part:${part}`, external: true }
          : { path: module, namespace: 'part', sideEffects: false };
      }),
      lazyBuiltins(LAZY_BUILTINS),
      {
        name: 'what is loaded later',
        setup(building) {
          building.onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
            contents: functions([...exportsOf(root, path)], ([name, kind]) =>
              inPart(partOf.get(path), name, kind),
            ),
          }));
          building.onResolve({ filter: new RegExp(`^${SHARED}$`) }, ({ path }) => ({
            path,
            namespace: 'shared',
          }));
          building.onLoad({ filter: /.*/, namespace: 'shared' }, () => ({
            contents: sharedModules(shared),
            resolveDir: root,
          }));
        },
      },
    ],
  });
}

/** The functions and classes of a module, by its text; nothing else of it can be used before it is loaded. */
function exportsOf(root, module) {
  const text = readFileSync(join(root, module), 'utf8');
  return new Map(
    [...text.matchAll(/^export (?:async )?(function|class) (\w+)/gm)].map(([, kind, name]) => [name, kind]),
  );
}

/** @throws Error where a module compares with a class of another part, which it has under another identity */
function refuseComparisons(root, { part, modules, partOf }) {
  const others = [...partOf]
    .filter(([, name]) => name !== part)
    .flatMap(([module]) => [...exportsOf(root, module)]);
  const classes = others.filter(([, kind]) => kind === 'class').map(([name]) => name);
  const comparison = new RegExp(`\\b(?:instanceof|extends) (?:${classes.join('|')})\\b`);
  for (const module of modules) {
    const found = comparison.exec(readFileSync(join(root, module), 'utf8'));
    if (found !== null) throw new Error(`${module} has \`${found[0]}\`, and the class is in another part`);
  }
}

/** A function that is not compiled before the first part is loaded. */
function sharedModules(shared) {
  const modules = [...shared].map(([module, names], at) => ({ module, names: [...names], at }));
  const imports = modules.map(({ module, names, at }) => {
    const list = names.map((name) => `${name} as ${name}_${at}`);
    return `import {${list}} from './${module}';`;
  });
  const cases = modules.map(({ module, names, at }) => {
    return `case ${JSON.stringify(module)}:return{${names.map((name) => `${name}:${name}_${at}`)}};`;
  });
  return `${imports.join('\n')}\nrestOfDaemon=module=>{switch(module){${cases.join('')}}};`;
}

function runtime(root, built, file) {
  const places = {};
  let offset = 0;
  for (const { name, text } of built) {
    places[name] = [offset, text.length];
    offset += text.length;
  }
  const text = readFileSync(join(root, 'scripts', 'parts-runtime.js'), 'utf8');
  const define = { PARTS_FILE: JSON.stringify(file), PARTS: JSON.stringify(places) };
  return `#!/usr/bin/env node\n${transformSync(text, { define, minifyWhitespace: true, minifySyntax: true }).code}`;
}
