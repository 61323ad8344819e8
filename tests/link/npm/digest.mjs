// digest.mjs FILE... - what digest.c prints, by the OpenSSL of node.
import crypto from 'node:crypto';
import fs from 'node:fs';

const kinds = { md5: 'md5', sha1: 'sha1', sha256: 'sha256', sha512_256: 'sha512-256', sha3_384: 'sha3-384', blake2b512: 'blake2b512' };
for (const file of process.argv.slice(2)) {
    for (const [name, kind] of Object.entries(kinds))
        console.log(file, name, crypto.createHash(kind).update(fs.readFileSync(file)).digest('hex'));
}
