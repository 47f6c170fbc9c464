// Modules that the bundles of the commands load when they are used, and not when they start.

/**
 * A plugin of esbuild: modules of Node.js that are loaded with the first call of a function of theirs. Nothing but
 * functions of them can be imported.
 */
export function lazyBuiltins(names) {
  return {
    name: 'modules of Node.js that are loaded later',
    setup(building) {
      building.onResolve({ filter: /^node:/ }, ({ path, kind, namespace }) =>
        kind === 'import-statement' && namespace === 'file' && names.includes(path)
          ? { path, namespace: 'builtin', sideEffects: false }
          : null,
      );
      building.onLoad({ filter: /.*/, namespace: 'builtin' }, async ({ path }) => {
        const all = Object.entries(await import(path)).filter(([, value]) => typeof value === 'function');
        const inBuiltin = ([name]) => `(...a)=>require(${JSON.stringify(path)}).${name}(...a)`;
        return { contents: functions(all, inBuiltin) };
      });
    },
  };
}

/** A module that exports functions; `all` are pairs, which begin with their names. */
export function functions(all, body) {
  return all
    .filter(([name]) => name !== 'default')
    .map((each) => `export const ${each[0]}=${body(each)};`)
    .join('\n');
}

/**
 * The text of a bundle without `import()`, which a script with compiled code does not have: other bundles, modules of
 * Node.js and parts are loaded by `require` and by the parts' own loader, and all else by the first file of the command
 * (src/bin/compiled/load-command.ts).
 */
export function withoutImports(text) {
  return text
    .replace(/\bimport\("((?:node:|\.\.\/commands\/)[^"]+)"\)/g, 'Promise.resolve().then(()=>require("$1"))')
    .replace(/\bimport\("part:(\w+)"\)/g, 'Promise.resolve().then(()=>daemonPart("$1"))')
    .replace(/\bimport\(/g, 'importModule(');
}
