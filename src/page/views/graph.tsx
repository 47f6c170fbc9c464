/**
 * Dependencies as a picture.
 *
 * @module
 */
import { BOX, type Graph, type Link, pictureOf, relatedGraph } from '../model/graph.ts';
import { titleOf } from '../model/process.ts';
import { addressOf } from '../model/routes.ts';
import { appearanceOf } from '../model/states.ts';

export function GraphPicture({ graph, id }: { readonly graph: Graph; readonly id: string }) {
  const { width, height, boxes, links } = pictureOf(relatedGraph(graph, id));
  if (links.length === 0) return <p class="quiet">Nothing depends on it, and it depends on nothing.</p>;
  return (
    <div class="graph">
      <svg
        viewBox={`-2 -2 ${width + 4} ${height + 4}`}
        width={width + 4}
        height={height + 4}
        role="group"
        aria-label={`Dependencies of ${shownName(id)}`}
      >
        {links.map((link) => (
          <path
            key={`${link.from.name} ${link.to.name}`}
            class={link.isMet ? 'graph-link' : 'graph-link unmet'}
            d={curve(link)}
          >
            <title>
              {shownName(link.to.name)} depends on {shownName(link.from.name)} ({link.condition}
              {link.isMet ? '' : ', not met'})
            </title>
          </path>
        ))}
        {boxes.map(({ name, statename, x, y }) => {
          const { tone, label } = appearanceOf({
            statename,
            waiting: false,
            healthy: true,
            ended_well: true,
            disabled: false,
          });
          return (
            <a
              key={name}
              href={addressOf({ view: 'process', id: name })}
              aria-label={`${shownName(name)}: ${label}`}
            >
              <g class={`graph-box ${tone} ${name === id ? 'own' : ''}`} transform={`translate(${x} ${y})`}>
                <rect width={BOX.width} height={BOX.height} rx="7" />
                <circle cx="14" cy={BOX.height / 2} r="4" />
                <text x="26" y={BOX.height / 2 + 5}>
                  {shortened(shownName(name))}
                </text>
              </g>
            </a>
          );
        })}
      </svg>
    </div>
  );
}

function curve({ from, to }: Link): string {
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [to.x, to.y + BOX.height / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

function shownName(id: string): string {
  const [group = id, name = id] = id.split(/:(.*)/s);
  return titleOf(group, name);
}

function shortened(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
}

const LONGEST = 18;
