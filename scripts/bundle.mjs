// `node scripts/bundle.mjs FOLDER ENTRY...`: puts each entry, TypeScript or not, and what it imports of this project into
// as few files as can be: a program of some hundred modules starts twice as fast from a dozen files. Packages stay outside.
import { rmSync } from 'node:fs';
import { basename, extname, isAbsolute } from 'node:path';
import { rolldown } from 'rolldown';

const [folder, ...entries] = process.argv.slice(2);

rmSync(folder, { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(entries.map((entry) => [basename(entry, extname(entry)), entry])),
  platform: 'node',
  external: (id) => !id.startsWith('.') && !isAbsolute(id) && !id.startsWith('@oxc-project/runtime'), // the bundler's own
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
});
await bundle.write({ dir: folder, entryFileNames: '[name].js', chunkFileNames: '[name].js' });
await bundle.close();
