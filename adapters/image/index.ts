export * from './busybox.ts';
export * from './layer.ts';
export * from './oci.ts';
export * from './pause.ts';
