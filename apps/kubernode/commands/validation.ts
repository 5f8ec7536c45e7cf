import { detailedDefinitions, validationOf } from '#core/api/details';

/** `kubernode validation`: the kinds whose own rules are not checked yet; with `--all` every one that is stored. */
export function validation({ all = false }: { readonly all?: boolean }): void {
  const stored = detailedDefinitions()
    .map((definition) => ({ definition, how: validationOf(definition) }))
    .filter(({ definition, how }) => how !== 'not stored' && definition.versions.some(({ served }) => served));
  const rows = stored
    .filter(({ how }) => all || how !== 'by hand')
    .map(({ definition: { resource, group }, how }) => ({
      name: group === '' ? resource : `${resource}.${group}`,
      how,
    }));
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  for (const { name, how } of rows) console.log(`${name.padEnd(width)}  ${how}`);
  const byHand = stored.filter(({ how }) => how === 'by hand').length;
  console.log(`${byHand} of ${stored.length} kinds that are stored are validated by their own rules.`);
}
