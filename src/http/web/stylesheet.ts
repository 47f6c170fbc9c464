/**
 * The stylesheet of the page; the classes and ids are those that scrapers and user styles know.
 *
 * @module
 */

export const STYLESHEET = `:root {
  color-scheme: light dark;
  --text: #26313d;
  --quiet: #5a6572;
  --ground: #f4f6f8;
  --card: #ffffff;
  --shade: #f8f9fb;
  --line: #d9dfe6;
  --link: #24598f;
  --good: #1f7a45;
  --good-ground: #dff3e6;
  --bad: #a52a2a;
  --bad-ground: #fae0e0;
  --plain-ground: #e8ecf0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #dde4ec;
    --quiet: #94a1b0;
    --ground: #171c22;
    --card: #20272f;
    --shade: #252d36;
    --line: #37424e;
    --link: #8fbdea;
    --good: #7fd6a2;
    --good-ground: #1c3b29;
    --bad: #f0a0a0;
    --bad-ground: #4a2424;
    --plain-ground: #333d48;
  }
  #header img { filter: brightness(2); }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--text);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
.hidden { display: none; }
.clr::after { content: ""; display: block; clear: both; }

#wrapper, #footer { max-width: 1440px; margin: 0 auto; padding: 0 20px; }
#header { padding: 10px 0; }
#header img { display: block; height: 28px; }

.status_msg {
  margin: 0 0 16px;
  padding: 10px 14px;
  border: 1px solid var(--line);
  border-left: 4px solid var(--link);
  border-radius: 6px;
  background: var(--card);
  overflow-wrap: anywhere;
}

#buttons { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 16px; padding: 0; list-style: none; }
#buttons a {
  display: block;
  padding: 6px 14px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--card);
  font-weight: 600;
}
#buttons a:hover { border-color: var(--link); text-decoration: none; }

table { width: 100%; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow: hidden; }
th {
  padding: 6px 12px;
  border-bottom: 1px solid var(--line);
  color: var(--quiet);
  font-size: 12.5px;
  font-weight: 500;
  text-align: left;
}
td { height: 32px; padding: 2px 12px; border-bottom: 1px solid var(--line); vertical-align: middle; overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; }
tr.shade td { background: var(--shade); }
td.status { width: 110px; }
td.status span {
  display: inline-block;
  min-width: 78px;
  padding: 1px 9px;
  border-radius: 999px;
  font-size: 12.5px;
  font-weight: 500;
  text-align: center;
}
.statusrunning { background: var(--good-ground); color: var(--good); }
.statuserror { background: var(--bad-ground); color: var(--bad); }
.statusnominal { background: var(--plain-ground); color: var(--quiet); }
td.action ul { display: flex; gap: 2px 14px; margin: 0; padding: 0; list-style: none; }
td.action li { white-space: nowrap; }
td.action li:has(> .hidden) { display: none; }

.push { height: 24px; }
#footer.clr::after { display: none; }
#footer { display: flex; justify-content: space-between; gap: 20px; padding-bottom: 24px; color: var(--quiet); font-size: 13px; }
pre {
  margin: 12px;
  padding: 12px 14px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--card);
  font: 12.5px/19px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
form > div > a > input { margin: 0 12px 12px; }
@media (max-width: 900px) {
  td.action ul { flex-wrap: wrap; }
}
@media (max-width: 700px) {
  thead { display: none; }
  table, tbody, tr, td, td.status { display: block; width: auto; }
  tr { padding: 6px 0; border-bottom: 1px solid var(--line); }
  td { height: auto; border: 0; }
  #footer { flex-direction: column; gap: 0; }
}
`;
