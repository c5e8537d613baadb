import { isPublicKeyPem, isSecretboxKey, isUrl, unescapePem } from '../accepts.ts';
import { list, optionalText } from '../setting.ts';

const auth = 'Authentication';
const sealing = 'Encryption at rest';

export const securitySettings = {
  JWT_PUBLIC_KEY_PEM: {
    ...optionalText(
      { expected: 'public keys (RSA, EC or Ed25519) in PEM', accepts: isPublicKeyPem },
      {
        section: auth,
        secret: true,
        description:
          'Key that verifies tokens, or several one after the other; line breaks may be written as \\n',
      },
    ),
    parse: unescapePem,
  },
  JWKS_URL: optionalText(
    { expected: 'an http or https address', accepts: isUrl(['http', 'https']) },
    {
      section: auth,
      description: 'Key set that verifies tokens, read again when a key is unknown',
    },
  ),
  JWT_ISSUER: optionalText(
    { expected: 'a text' },
    { section: auth, description: 'The iss that a token must carry; unset, it is not checked' },
  ),
  JWT_AUDIENCE: optionalText(
    { expected: 'a text' },
    { section: auth, description: 'The aud that a token must carry; unset, it is not checked' },
  ),
  SECRETBOX_KEY_B64: optionalText(
    { expected: '32 bytes in base64 (openssl rand -base64 32)', accepts: isSecretboxKey },
    {
      section: sealing,
      secret: true,
      description: 'Master key that seals the data key of each conversation',
    },
  ),
  SECRETBOX_PREVIOUS_KEYS_B64: list(
    { expected: '32 bytes in base64 each, between commas', accepts: isSecretboxKey },
    {
      section: sealing,
      secret: true,
      description: 'Earlier master keys, which still open what they sealed',
    },
  ),
};
