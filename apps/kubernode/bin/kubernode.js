#!/usr/bin/env node
import { run } from './launch.js';

run('apps/kubernode/bin/start.js', process.argv.slice(2));
