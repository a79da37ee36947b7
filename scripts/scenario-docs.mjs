import { stringify } from 'yaml';

/** docs/scenario.md from the schema of a Scenario: the schema is where its fields are described. */
export function scenarioDocs(schema) {
  const objects = Object.entries(schema.$defs).filter(([, def]) => def.properties !== undefined);
  const values = Object.entries(schema.$defs).filter(([, def]) => def.properties === undefined);
  return `${[
    '# The Scenario',
    '<!-- Written by `npm run docs` from schema/scenario.schema.json: change it there. -->',
    schema.description,
    'An editor with the YAML language server checks and completes a Scenario that begins with this line:',
    fenced('# yaml-language-server: $schema=node_modules/drymesh/schema/scenario.schema.json'),
    fenced(stringify(schema.examples[0], { lineWidth: 100 }).trim()),
    'A field that is null is as good as absent. Names and texts that look like numbers need quotes.',
    fields(schema, schema),
    ...objects.map(([, def]) => [`## ${def.title}`, def.description, fields(def, schema)].join('\n\n')),
    '## Values',
    ...values.map(([, def]) => [`### ${def.title}`, valueText(def)].join('\n\n')),
  ].join('\n\n')}\n`;
}

function fields(def, schema) {
  const rows = Object.entries(def.properties).map(([name, field]) => {
    const must = (def.required ?? []).includes(name) ? ', required' : '';
    const cells = [`\`${name}\``, typeText(field, schema) + must, defaultText(field), meaning(field)];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| field | value | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function meaning({ description, examples = [] }) {
  return [description, ...examples.map((example) => `\`${flow(example)}\``)].join(' ');
}

function valueText({ description, enum: words = [], examples = [] }) {
  const shown = [...words, ...examples].map((example) => `\`${flow(example)}\``).join(', ');
  return shown === '' ? description : `${description} ${shown}`;
}

function defaultText(field) {
  return field.default === undefined ? '' : `\`${flow(field.default)}\``;
}

function typeText(field, schema) {
  if (field.$ref !== undefined) return link(schema.$defs[field.$ref.split('/').at(-1)].title);
  if (field.const !== undefined) return `\`${field.const}\``;
  if (field.enum !== undefined) return field.enum.map((word) => `\`${word}\``).join(' or ');
  if (field.anyOf !== undefined) return field.anyOf.map((each) => typeText(each, schema)).join(' or ');
  if (field.type === 'array') return `list of ${typeText(field.items, schema)}`;
  if (field.type === 'object') {
    return typeof field.additionalProperties === 'object'
      ? `mapping of ${typeText(field.additionalProperties, schema)}`
      : 'mapping';
  }
  return [field.type].flat().map(word).join(' or ') + bounds(field);
}

function word(type) {
  return { string: 'text', integer: 'whole number', boolean: 'true or false' }[type] ?? type;
}

function bounds({ minimum }) {
  return minimum === undefined ? '' : `, ${minimum} or more`;
}

function link(title) {
  return `[${title.toLowerCase()}](#${title.toLowerCase().replaceAll(' ', '-')})`;
}

function flow(value) {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim();
}

function fenced(yaml) {
  return `\`\`\`yaml\n${yaml}\n\`\`\``;
}
