// What runs in the process that sets pages. Plain JavaScript, for a process loads its file as it is.
import process from 'node:process';
import { Worker } from 'node:worker_threads';

/** Compilations after which what Typst remembers of older ones is let go. */
const EVICT_EVERY = 50;
const EVICT_AGE = 10;
/** Nothing of the clock goes into the file; it is tagged for screen readers by default. */
const PDF_OPTIONS = { creationTimestamp: 0 };
/** Ends this process with its parent even amid native code, which hears of nothing. */
const PARENT_WATCH = `
  const { ppid } = process;
  setInterval(() => ppid === process.ppid || process.kill(process.pid, 'SIGKILL'), 1000);
`;

const [, , fontFolder] = process.argv;
const fonts = fontFolder === undefined ? {} : { fontArgs: [{ fontPaths: [fontFolder] }] };
const compilers = new Map();
let compiled = 0;

// A terminal or a supervisor signals parent and child alike; the parent ends the child when it is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
new Worker(PARENT_WATCH, { eval: true }).unref();

const NodeCompiler = await loadCompiler();
process.on('message', (question) => process.send(answerOrProblem(question)));
process.send({ ready: true });

async function loadCompiler() {
  try {
    return (await import('@myriaddreamin/typst-ts-node-compiler')).NodeCompiler;
  } catch (error) {
    await new Promise((resolve) => process.send({ unable: messageOf(error) }, resolve));
    return process.exit(1);
  }
}

function answerOrProblem(question) {
  try {
    return answerTo(question);
  } catch (error) {
    return { problems: [{ message: messageOf(error) }] };
  }
}

function answerTo({ root, source, wants }) {
  const compiler = compilerFor(root);
  const made = compiler.compile(source);
  compiled += 1;
  if (compiled % EVICT_EVERY === 0) compiler.evictCache(EVICT_AGE);
  const { result } = made;
  if (result === null) {
    const error = made.takeError() ?? made.takeDiagnostics();
    return { problems: error === null ? [] : compiler.fetchDiagnostics(error) };
  }
  return {
    pages: {
      count: result.numOfPages,
      pdf: wants.includes('pdf') ? compiler.pdf(result, PDF_OPTIONS) : undefined,
      svg: wants.includes('svg') ? compiler.plainSvg(result) : undefined,
    },
  };
}

function compilerFor(root) {
  const known = compilers.get(root);
  if (known) return known;
  const made = NodeCompiler.create({ ...(root === '' ? {} : { workspace: root }), ...fonts });
  compilers.set(root, made);
  return made;
}

function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
