import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{core,adapters,apps,judges,tools}/**/*.test.ts'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    experimental: { viteModuleRunner: false },
    reporters: ['default'],
    testTimeout: 30_000,
  },
});
