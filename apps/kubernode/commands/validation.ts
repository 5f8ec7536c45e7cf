import { detailedDefinitions, validationOf } from '#core/api/details';

/** `kubernode validation`: the resources whose own rules are not checked yet; with `--all` every one that is stored. */
export function validation({ all = false }: { readonly all?: boolean }): void {
  const stored = detailedDefinitions()
    .map((definition) => ({ definition, how: validationOf(definition) }))
    .filter(({ definition, how }) => how !== 'not stored' && definition.versions.some(({ served }) => served));
  const shown = all ? stored : stored.filter(({ how }) => how !== 'by hand');
  const names = shown.map(({ definition: { resource, group } }) => (group === '' ? resource : `${resource}.${group}`));
  const width = Math.max(0, ...names.map((name) => name.length));
  for (const [i, { how }] of shown.entries()) console.log(`${names[i]!.padEnd(width)}  ${how}`);
  const byHand = stored.filter(({ how }) => how === 'by hand').length;
  console.log(`${byHand} of ${stored.length} kinds that are stored are validated by their own rules.`);
}
