/** The same models by others: hand-written C++, plain JavaScript, simulators in Python. Each is absent where what it needs is. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { here, onOneCore } from './processes.mjs';

const SOURCE = here('reference/models.cpp');

/** Simulators in Python: the module that there must be, and the models. */
const IN_PYTHON = {
  SimPy: { module: 'simpy', models: 'reference/simpy_models.py' },
  Ciw: { module: 'ciw', models: 'reference/ciw_models.py' },
  'Happy Simulator': { module: 'happysimulator', models: 'reference/happy_models.py' },
};

/** What needs nothing but Node.js. */
export const plainJavaScript = {
  'plain JavaScript': (...model) => onOneCore(process.execPath, here('reference/models.mjs'), ...model),
};

/** By name; each takes a model and its size. `folder`: where the compiled program goes. */
export function findReferences(folder) {
  const found = { ...plainJavaScript };
  const missing = [];
  const binary = join(folder, 'models');
  const compiled = spawnSync('g++', ['-std=c++17', '-O3', '-march=native', '-o', binary, SOURCE]);
  if (compiled.status === 0) found['C++'] = (...model) => onOneCore(binary, ...model);
  else missing.push('C++ (no g++)');
  const python = process.env.PYTHON ?? 'python3';
  for (const [name, { module, models }] of Object.entries(IN_PYTHON)) {
    if (spawnSync(python, ['-c', `import ${module}`]).status === 0) {
      found[name] = (...model) => onOneCore(python, here(models), ...model);
    } else missing.push(`${name} (no Python that has it; PYTHON says which to ask)`);
  }
  return { found, missing };
}
