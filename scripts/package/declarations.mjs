import path from 'node:path';
import ts from 'typescript';

/** Writes the types of the sources that some of them lead to, in the same folders under `outDir`. */
export function emitDeclarations({ root, entries, outDir }) {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram(
    [...entries, path.join(root, 'libs/operations/class-transformer-storage.d.ts')],
    {
      ...options,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      // `make types` checks them.
      noCheck: true,
      outDir,
      rootDir: root,
    },
  );
  const { diagnostics } = program.emit();
  if (diagnostics.length > 0)
    throw new Error(
      ts.formatDiagnostics(diagnostics, {
        getCanonicalFileName: (file) => file,
        getCurrentDirectory: () => root,
        getNewLine: () => '\n',
      }),
    );
}
