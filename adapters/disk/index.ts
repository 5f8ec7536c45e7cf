export { fileDisk, readingDisk } from './file-disk.ts';
