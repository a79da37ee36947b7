import { defineConfig } from 'vitest/config';

// Hooks start browsers and compilers, which take their time on a busy machine. By itself vitest leaves one core idle.
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: '100%' },
});
