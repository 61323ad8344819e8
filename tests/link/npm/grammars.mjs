// grammars.mjs FOLDER LANGUAGE FILE... - the trees of the files, as web-tree-sitter
// makes them in node; FOLDER holds it and the grammars. For each file its name,
// the number of nodes, where the tree ends, and the tree.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, language, ...files] = process.argv.slice(2);
const { Language, Parser } = await import(pathToFileURL(path.resolve(folder, 'web-tree-sitter.js')));
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(path.join(folder, `tree-sitter-${language}.wasm`)));
for (const file of files) {
    const tree = parser.parse(fs.readFileSync(file, 'utf8'));
    const root = tree.rootNode;
    console.log(`${file}: ${root.descendantCount} nodes, ends at ${root.endIndex}`);
    console.log(root.toString());
    tree.delete();
    parser.reset();
}
