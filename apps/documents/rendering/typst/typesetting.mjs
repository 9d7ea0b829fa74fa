// What runs in the thread that sets pages. Plain JavaScript, for a thread loads its file as it is.
import { parentPort, workerData } from 'node:worker_threads';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';

/** Compilations after which what Typst remembers of older ones is let go. */
const EVICT_EVERY = 50;
const EVICT_AGE = 10;
/** Nothing of the clock goes into the file; it is tagged for screen readers by default. */
const PDF_OPTIONS = { creationTimestamp: 0 };

const compilers = new Map();
let compiled = 0;

parentPort.on('message', ({ id, question }) => {
  try {
    parentPort.postMessage({ id, ...answerTo(question) });
  } catch (error) {
    parentPort.postMessage({
      id,
      problems: [{ message: error instanceof Error ? error.message : String(error) }],
    });
  }
});

function answerTo({ root, source, wants }) {
  const compiler = compilerFor(root);
  const made = compiler.compile(source);
  const { result } = made;
  if (result === null) {
    const error = made.takeError() ?? made.takeDiagnostics();
    return { problems: error === null ? [] : compiler.fetchDiagnostics(error) };
  }
  const pages = {
    count: result.numOfPages,
    pdf: wants.includes('pdf') ? compiler.pdf(result, PDF_OPTIONS) : undefined,
    svg: wants.includes('svg') ? compiler.plainSvg(result) : undefined,
  };
  compiled += 1;
  if (compiled % EVICT_EVERY === 0) compiler.evictCache(EVICT_AGE);
  return { pages };
}

function compilerFor(root) {
  const known = compilers.get(root);
  if (known) return known;
  const made = NodeCompiler.create({ ...(root === '' ? {} : { workspace: root }), ...workerData.fonts });
  compilers.set(root, made);
  return made;
}
