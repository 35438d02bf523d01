// Compiles the Solidity sources into the committed artifacts.
//   node compile.mjs           writes them
//   node compile.mjs --check   recompiles and compares, byte by byte; exits 1 and names what differs
import { readFileSync, readdirSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);

/** Where sources come from and where the artifacts of their contracts go. */
const SETS = [
  { sources: 'src', artifacts: join(root, 'src/main/resources/contracts') },
  { sources: 'test-src', artifacts: join(root, 'src/test/resources/contracts') },
];

/** No metadata in the bytecode: the same source gives the same bytes, whatever the paths and comments. */
const SETTINGS = {
  evmVersion: 'prague',
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: 'none', appendCBOR: false },
};

const options = process.argv.slice(2);
if (options.length > 1 || (options.length === 1 && options[0] !== '--check')) {
  fail(`arguments: ${options.join(' ')} (expected: none, or --check)`);
}
const check = options[0] === '--check';

const expected = artifacts(await compiler());
const problems = check ? differences(expected) : write(expected);
if (problems.length > 0) {
  fail(`${problems.join('\n')}\nRun node contracts/compile.mjs and commit what it writes.`);
}
console.log(`${expected.size} artifacts ${check ? 'agree with their sources' : 'written'}`);

async function compiler() {
  try {
    return (await import('solc')).default;
  } catch {
    fail('The Solidity compiler is not installed: run ./check, or npm install in contracts/.');
  }
}

/** The artifact files: path to content. */
function artifacts(solc) {
  const sources = {};
  for (const set of SETS) {
    for (const file of readdirSync(join(here, set.sources)).filter((name) => name.endsWith('.sol')).sort()) {
      sources[`${set.sources}/${file}`] = { content: readFileSync(join(here, set.sources, file), 'utf8') };
    }
  }
  const outputSelection = {
    '*': {
      '': ['ast'],
      '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object', 'evm.deployedBytecode.immutableReferences'],
    },
  };
  const input = { language: 'Solidity', sources, settings: { ...SETTINGS, outputSelection } };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const complaints = (output.errors ?? []).filter((error) => error.severity !== 'info');
  if (complaints.length > 0) {
    fail(complaints.map((error) => error.formattedMessage).join('\n'));
  }
  const version = solc.version().match(/^[0-9.]+\+commit\.[0-9a-f]+/)[0];
  const names = immutables(output.sources);
  const files = new Map();
  for (const set of SETS) {
    for (const [source, contracts] of Object.entries(output.contracts)) {
      if (!source.startsWith(`${set.sources}/`)) continue;
      for (const [contractName, contract] of Object.entries(contracts)) {
        if (contract.evm.bytecode.object === '') continue;
        const artifact = {
          contractName,
          compiler: `solc ${version}`,
          settings: SETTINGS,
          abi: contract.abi,
          bytecode: `0x${contract.evm.bytecode.object}`,
          deployedBytecode: `0x${contract.evm.deployedBytecode.object}`,
          immutableReferences: references(contract.evm.deployedBytecode.immutableReferences, names),
        };
        files.set(join(set.artifacts, `${contractName}.json`), `${JSON.stringify(artifact, null, 2)}\n`);
      }
    }
  }
  return files;
}

/**
 * Where the immutables stand in the deployed code, in its order, counted in bytes: zero in the artifact, set by the
 * constructor on chain. By name, since the compiler's numbers change with every other source.
 */
function references(byDeclaration, names) {
  return Object.entries(byDeclaration)
    .flatMap(([declaration, places]) => places.map(({ start, length }) => ({ name: names.get(declaration), start, length })))
    .sort((one, other) => one.start - other.start);
}

/** The names of all immutables by the number of their declaration. */
function immutables(sources) {
  const names = new Map();
  for (const source of Object.values(sources)) {
    for (const contract of source.ast.nodes.filter((node) => node.nodeType === 'ContractDefinition')) {
      for (const node of contract.nodes.filter((member) => member.mutability === 'immutable')) {
        names.set(String(node.id), node.name);
      }
    }
  }
  return names;
}

function write(files) {
  for (const [path, content] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return strangers(files);
}

function differences(files) {
  const found = strangers(files);
  for (const [path, content] of files) {
    if (!existsSync(path)) {
      found.push(`${relative(root, path)}: missing`);
    } else if (readFileSync(path, 'utf8') !== content) {
      found.push(`${relative(root, path)}: differs from what its source compiles to`);
    }
  }
  return found;
}

/** Artifacts that no source stands behind. */
function strangers(files) {
  return SETS.filter((set) => existsSync(set.artifacts))
    .flatMap((set) => readdirSync(set.artifacts).map((name) => join(set.artifacts, name)))
    .filter((path) => path.endsWith('.json') && !files.has(path))
    .map((path) => `${relative(root, path)}: no source compiles to it`);
}

function fail(why) {
  console.error(why);
  process.exit(1);
}
