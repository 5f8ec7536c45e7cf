import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['judges/e2e/**/*.e2e.ts'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 1,
    fileParallelism: false,
    experimental: { viteModuleRunner: false },
    testTimeout: 120_000,
    hookTimeout: 180_000,
    sequence: { concurrent: false, shuffle: false },
  },
});
