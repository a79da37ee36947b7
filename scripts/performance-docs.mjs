// The tables of docs/performance.md from bench/results.json, which `npm run bench -- --write` writes.
import { readFileSync } from 'node:fs';
import { millionsText, spreadText } from '../bench/spread.mjs';

/** The others, in the order of the table's columns. */
const OTHERS = ['C++', 'plain JavaScript', 'SimPy', 'Ciw', 'Happy Simulator'];

const PLACE = /(<!-- results -->\n)[\s\S]*?(<!-- end of results -->)/;

/** The document with the figures at their place. */
export function performanceDocs(document) {
  const results = JSON.parse(readFileSync(new URL('../bench/results.json', import.meta.url), 'utf8'));
  const parts = [machine(results), speed(results), memory(results), start(results), cores(results), variance(results)];
  return document.replace(PLACE, (_, begin, end) => `${begin}\n${parts.join('\n\n')}\n\n${end}`);
}

function machine({ machine: { node, cpu, cores: count, isPinned, rounds }, missing }) {
  const pinned = isPinned ? 'each process held to one core' : 'not held to one core';
  const without = missing.length === 0 ? '' : ` Not compared with ${missing.join(', ')}.`;
  return `Node.js ${node.slice(1)}, ${count} × ${cpu}, ${pinned}; ${rounds} rounds: median (least to greatest).${without}`;
}

function speed({ speed: rows }) {
  const by = OTHERS.filter((name) => rows.some(({ others }) => others.some(is(name))));
  const lines = rows.map(({ name, unit, perSecond, eventsPerHop, others }) => {
    const ratios = by.map((one) => ratioText(others.find(is(one))));
    return [name, `${millionsText(perSecond)} M ${unit}`, eventsText(perSecond, eventsPerHop), ...ratios];
  });
  return table(['model', 'Drymesh', 'events/s', ...by.map((name) => `times as fast as ${name}`)], lines);
}

/** Of a whole model; the hold model is nothing but events. */
function eventsText({ median }, eventsPerHop) {
  return eventsPerHop === undefined ? '–' : `${((median * eventsPerHop) / 1e6).toFixed(2)} M`;
}

const is = (name) => (other) => other.by === name;

function ratioText(other) {
  if (other === undefined) return '–';
  return spreadText(other.ratio, other.ratio.median < 10 ? 2 : 0);
}

function memory({ memory: rows }) {
  const lines = rows.map(({ name, peakMemoryBytes, setupSeconds, wallSeconds, hops }) => [
    name,
    hops.toLocaleString('en-US'),
    `${Math.round(peakMemoryBytes / 1e6)} MB`,
    `${setupSeconds.toFixed(1)} s`,
    `${wallSeconds.toFixed(1)} s`,
  ]);
  return table(['`drymesh run`, one thread', 'hops', 'peak memory', 'set-up', 'simulation'], lines);
}

function start({ start: rows }) {
  return table(
    ['start to end', 'ms'],
    rows.map(({ name, ms }) => [name, spreadText(ms, 0)]),
  );
}

function cores({ cores: { count, ratio } }) {
  return `Replications of bookinfo on ${count} threads: ${spreadText(ratio)} times as fast as on one.`;
}

function variance({ variance: rows }) {
  const lines = rows.map(({ name, ratio }) => [name, ratio.toFixed(0)]);
  return table(
    ['change of bookinfo', 'variance of the difference of means: seeds of their own / common random numbers'],
    lines,
  );
}

function table(head, lines) {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
