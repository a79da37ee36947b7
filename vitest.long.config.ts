import { defineConfig } from 'vitest/config';

// What takes minutes, and says how good the statistics are: `npm run test:long`.
export default defineConfig({ test: { include: ['test/**/*.long.ts'], testTimeout: 3_600_000 } });
