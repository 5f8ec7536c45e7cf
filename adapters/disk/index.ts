export { fileDisk } from './file-disk.ts';
