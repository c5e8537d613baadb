import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { brokerUser } from './broker-properties.ts';

const run = promisify(execFile);

/** Makes the broker's key and resolves with the certificate, in PEM, that vouches for it. */
export async function makeBrokerKeys(directory: string): Promise<string> {
  const store = ['-keystore', path.join(directory, 'keys.p12'), '-storetype', 'PKCS12'];
  const named = ['-alias', 'broker', ...store, '-storepass', brokerUser.password];
  const names = ['-dname', 'CN=localhost', '-ext', 'san=ip:127.0.0.1,dns:localhost'];
  await run('keytool', ['-genkeypair', '-keyalg', 'EC', '-validity', '36500', ...names, ...named]);
  const { stdout } = await run('keytool', ['-exportcert', '-rfc', ...named]);
  return stdout;
}
