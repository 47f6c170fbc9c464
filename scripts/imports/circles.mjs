// Import circles.

/** Each circle: its files, and the shortest way around it. @param importsOf the imported files of each file */
export function circles(importsOf) {
  return strongComponents(importsOf).map((files) => ({ files, way: shortestCircle(files, importsOf) }));
}

/** Sets of files that all reach each other, and files that import themselves (Tarjan's algorithm). */
function strongComponents(importsOf) {
  const indexes = new Map();
  const lowest = new Map();
  const stack = [];
  const components = [];
  const visit = (file) => {
    indexes.set(file, indexes.size);
    lowest.set(file, indexes.get(file));
    stack.push(file);
    for (const target of importsOf.get(file) ?? []) {
      if (!indexes.has(target)) {
        visit(target);
        lowest.set(file, Math.min(lowest.get(file), lowest.get(target)));
      } else if (stack.includes(target)) {
        lowest.set(file, Math.min(lowest.get(file), indexes.get(target)));
      }
    }
    if (lowest.get(file) === indexes.get(file)) {
      const component = stack.splice(stack.indexOf(file));
      if (component.length > 1 || importsOf.get(file)?.includes(file)) {
        components.push(component.sort());
      }
    }
  };
  for (const file of importsOf.keys()) {
    if (!indexes.has(file)) {
      visit(file);
    }
  }
  return components;
}

/** The shortest way from the component's first file back to itself. */
function shortestCircle(component, importsOf) {
  const [start] = component;
  const ways = [[start]];
  const seen = new Set();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const target of importsOf.get(way.at(-1)) ?? []) {
      if (target === start) {
        return [...way, start];
      }
      if (component.includes(target) && !seen.has(target)) {
        seen.add(target);
        ways.push([...way, target]);
      }
    }
  }
  return component;
}
