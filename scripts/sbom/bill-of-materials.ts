import type { InstalledPackage } from './installed-packages.ts';

/** What of npm's lockfile is looked at. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
}

export interface Materials {
  readonly version: string;
  readonly packages: readonly InstalledPackage[];
  readonly lockfile: Lockfile;
}

/**
 * CycloneDX 1.6. Without a serial number and a time, so that the same sources give the same bytes.
 * https://cyclonedx.org/docs/1.6/json/
 */
export function billOfMaterials({ version, packages, lockfile }: Materials) {
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        name: 'nova/messaging-service',
        version,
        'bom-ref': `pkg:oci/messaging-service@v${version}`,
      },
    },
    components: distinct(packages).map((each) =>
      component(each, lockfile.packages[each.path]?.integrity),
    ),
  };
}

/** A release that is installed in two places is one material. */
function distinct(packages: readonly InstalledPackage[]): readonly InstalledPackage[] {
  return [...new Map(packages.map((each) => [`${each.name}@${each.version}`, each])).values()];
}

function component({ name, version, license }: InstalledPackage, integrity: string | undefined) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
    ...(integrity?.startsWith('sha512-') ? { hashes: [sha512(integrity)] } : {}),
  };
}

function sha512(integrity: string) {
  const bytes = Buffer.from(integrity.slice('sha512-'.length), 'base64');
  return { alg: 'SHA-512', content: bytes.toString('hex') };
}
