// An export of the record, checked by code that is not metaops': hashes and proofs by @transmute/rfc9162,
// the signature by OpenSSL through node. node check-export.mjs DIRECTORY PROOFS
// PROOFS: {key, inclusion: [{index, path}], consistency: [{size, root, path}]}, hex but for the key.
import { RFC9162 } from '@transmute/rfc9162'
import { createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

const [directory, file] = process.argv.slice(2)
const proofs = JSON.parse(readFileSync(file, 'utf8'))
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (some) => Buffer.from(some).toString('hex')
const demand = (holds, what) => {
  if (!holds) {
    console.error(`check-export: ${what}`)
    process.exit(1)
  }
}

const note = readFileSync(`${directory}/checkpoint`, 'utf8')
const text = note.slice(0, note.indexOf('\n\n') + 1)
const [origin, size, root] = text.split('\n')
const entries = []
for (let bundle = 0; entries.length < size; bundle++) {
  const width = Math.min(256, size - entries.length)
  const name = String(bundle).padStart(3, '0') + (width < 256 ? `.p/${width}` : '')
  const all = readFileSync(`${directory}/tile/entries/${name}`)
  for (let at = 0; at < all.length; ) {
    const length = all.readUInt16BE(at)
    entries.push(Uint8Array.from(all.subarray(at + 2, at + 2 + length)))
    at += 2 + length
  }
}
demand(entries.length === Number(size), `${entries.length} entries, not ${size}`)
const computed = await RFC9162.treeHead(entries)
demand(Buffer.from(computed).toString('base64') === root, 'another root')

// C2SP signed-note: "— NAME BASE64(4 bytes of id, 64 of signature)".
const signature = Buffer.from(note.trimEnd().split(' ').at(-1), 'base64').subarray(4)
const typed = Buffer.from(proofs.key.split('+').slice(2).join('+'), 'base64')
const key = createPublicKey({
  key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)]),
  format: 'der',
  type: 'spki',
})
demand(verify(null, Buffer.from(text), key, signature), 'not signed by the key')
demand(!verify(null, Buffer.from(text + ' '), key, signature), 'anything counts as signed')

const proof = (more) => ({ log_id: origin, ...more })
for (const { index, path } of proofs.inclusion) {
  const one = proof({ tree_size: entries.length, leaf_index: index, inclusion_path: path.map(bytes) })
  const leaf = await RFC9162.leaf(entries[index])
  demand(await RFC9162.verifyInclusionProof(computed, leaf, one), `entry ${index} is not included`)
  const theirs = await RFC9162.inclusionProof(entries[index], entries)
  demand(theirs.inclusion_path.map(hex).join() === path.join(), `another path for entry ${index}`)
}
for (const { size: earlier, root: before, path } of proofs.consistency) {
  const sameRoot = hex(await RFC9162.treeHead(entries.slice(0, earlier))) === before
  demand(sameRoot, `another root of the first ${earlier}`)
  // RFC 9162 §2.1.4.2, step 2, is left to the caller.
  const isPower = (earlier & (earlier - 1)) === 0
  const steps = (isPower ? [before, ...path] : path).map(bytes)
  const one = proof({ tree_size_1: earlier, tree_size_2: entries.length, consistency_path: steps })
  demand(
    await RFC9162.verifyConsistencyProof(bytes(before), computed, one),
    `the first ${earlier} are not the beginning`,
  )
}
console.log(
  `@transmute/rfc9162 and OpenSSL agree: root of ${size} records, signature, ` +
    `${proofs.inclusion.length} inclusion and ${proofs.consistency.length} consistency proofs`,
)
