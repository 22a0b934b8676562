/*
 * Builds the browser application: src/ -> the folder given as the argument
 * (build/web).
 *
 * Scripts and styles get names with a hash of what they hold and lie in
 * assets/, so they may be kept for ever; what is imported dynamically is a
 * script of its own, loaded when it is first needed.  The shells, one for each
 * language, name the files that every page needs; they are there whole, for
 * pages that the server knows nothing of, and in two halves in _shell/, between
 * and after which it says what it knows (features/pages).  Beside each file lie its
 * .gz and .br, which Nginx sends.  The build fails when what a first visit
 * loads is larger than its budget.
 *
 * Swagger UI and Redoc are pages of their own, each with one script.
 *
 * Icons are modules: `icon:heart` is the drawing heart.svg of lucide-static,
 * as a list of shapes, so only those that are used are shipped.
 */
import { build } from 'esbuild';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from
	'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, '../../build/web'));
const fresh = `${out}.new`;
const languages = ['en', 'ko'];
const docs = { swagger: 'Swagger', redoc: 'Redoc' };
const budget = { js: 60 * 1024, css: 15 * 1024 };
const compressed = new Set(['.js', '.css', '.html', '.svg', '.json', '.txt']);

const icons = {
	name: 'icons',
	setup(to) {
		to.onResolve({ filter: /^icon:/ }, (at) => ({
			path: at.path.slice(5), namespace: 'icon',
		}));
		to.onLoad({ filter: /.*/, namespace: 'icon' }, async (at) => {
			const file = join(here, 'node_modules/lucide-static/icons',
				`${at.path}.svg`);
			return { contents: iconModule(await readFile(file, 'utf8')) };
		});
	},
};

function iconModule(svg) {
	const shapes = [];
	const inside = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1);
	for (const [, name, text] of inside.matchAll(/<(\w+)([^>]*?)\/>/g)) {
		const values = {};
		for (const [, key, value] of text.matchAll(/([\w-]+)="([^"]*)"/g))
			values[key] = value;
		shapes.push([name, values]);
	}
	if (shapes.length === 0)
		throw new Error('an icon without shapes');
	return `export default ${JSON.stringify(shapes)};`;
}

async function bundle() {
	const made = await build({
		absWorkingDir: here,
		entryPoints: ['src/main.tsx', 'src/style/main.css'],
		outdir: join(fresh, 'assets'),
		entryNames: '[name]-[hash]',
		chunkNames: '[name]-[hash]',
		bundle: true,
		splitting: true,
		format: 'esm',
		target: ['es2022', 'safari16.4', 'firefox115', 'chrome111'],
		jsx: 'automatic',
		jsxImportSource: 'preact',
		minify: true,
		metafile: true,
		legalComments: 'none',
		logLevel: 'warning',
		plugins: [icons],
	});
	return outputsOf(made.metafile);
}

/* What was made, by the address that it will have. */
function outputsOf(metafile) {
	const outputs = {};
	for (const [file, about] of Object.entries(metafile.outputs))
		outputs[`/assets/${file.split('/assets/')[1]}`] = about;
	return outputs;
}

/* Redoc's picture of its makers would be asked of their host. */
const noLogo = {
	name: 'no-logo',
	setup(to) {
		to.onLoad({ filter: /redoc\.standalone\.js$/ }, async (at) => ({
			contents: (await readFile(at.path, 'utf8')).replaceAll(
				'https://cdn.redoc.ly/redoc/logo-mini.svg', '/icon.svg'),
		}));
	},
};

/* The documents of the API, each with all that it needs in one script. */
async function writeDocs() {
	const made = await build({
		absWorkingDir: here,
		entryPoints: Object.keys(docs).flatMap((name) =>
			[`docs/${name}.js`, `docs/${name}.css`]),
		outdir: join(fresh, 'assets'),
		entryNames: '[name]-[hash]',
		bundle: true,
		format: 'esm',
		target: ['es2022'],
		loader: { '.svg': 'dataurl', '.png': 'dataurl' },
		alias: { null: join(here, 'docs/none.js') },
		plugins: [noLogo],
		define: { 'process.env.NODE_ENV': '"production"' },
		minify: true,
		metafile: true,
		legalComments: 'none',
		logLevel: 'error',
	});
	const outputs = outputsOf(made.metafile);
	const template = await readFile(join(here, 'docs/page.html'), 'utf8');
	for (const [name, title] of Object.entries(docs)) {
		const values = { title, script: outputOf(outputs, `docs/${name}.js`),
			style: outputOf(outputs, `docs/${name}.css`) };
		await writeFile(join(fresh, `${name}.html`),
			template.replace(/@(\w+)@/g, (_, key) => values[key]));
	}
}

/* The output made of a source file. */
function outputOf(outputs, source) {
	const found = Object.entries(outputs)
		.find(([, about]) => about.entryPoint === source);
	if (!found)
		throw new Error(`nothing was made of ${source}`);
	return found[0];
}

/* A script and all that it imports before it can run. */
function withImports(outputs, name, seen = new Set()) {
	if (seen.has(name))
		return seen;
	seen.add(name);
	for (const one of outputs[name].imports) {
		if (one.kind === 'import-statement')
			withImports(outputs, `/assets/${one.path.split('/assets/')[1]}`,
				seen);
	}
	return seen;
}

async function writeShells(outputs) {
	const template = await readFile(join(here, 'shell.html'), 'utf8');
	const main = outputOf(outputs, 'src/main.tsx');
	const style = outputOf(outputs, 'src/style/main.css');
	const first = {};
	for (const language of languages) {
		const texts = JSON.parse(await readFile(
			join(here, `shell.${language}.json`), 'utf8'));
		const scripts = withImports(outputs, main);
		withImports(outputs, outputOf(outputs,
			`src/words/${language}.ts`), scripts);
		scripts.delete(main);
		const values = {
			...texts, language, main, style,
			preload: [...scripts].map((name) =>
				`<link rel="modulepreload" href="${name}">`).join('\n'),
		};
		await writeShell(language, template.replace(/@(\w+)@/g,
			(whole, name) => values[name] ?? whole), texts);
		first[language] = { js: [main, ...scripts], css: [style] };
	}
	return first;
}

/* The whole page, and its halves before `@between@` and `@end@`. */
async function writeShell(language, text, { description }) {
	const [head, rest] = text.split('@between@\n');
	const [body] = rest.split('@end@\n');
	const about = '<title>Pinwall</title>\n' +
		`<meta name="description" content="${description}">\n`;
	const files = {
		[`index.${language}.html`]: `${head}${about}${body}</body>\n</html>\n`,
		[`_shell/head.${language}.html`]: head,
		[`_shell/body.${language}.html`]: body,
	};
	await mkdir(join(fresh, '_shell'), { recursive: true });
	for (const [name, html] of Object.entries(files))
		await writeFile(join(fresh, name), html);
}

/* Writes the .gz and .br beside a file; returns the size of the .gz. */
async function compress(file) {
	const bytes = await readFile(file);
	const gz = gzipSync(bytes, { level: 9 });
	await writeFile(`${file}.gz`, gz);
	await writeFile(`${file}.br`, brotliCompressSync(bytes, {
		params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
	}));
	return gz.length;
}

async function compressAll(folder, under = '') {
	const sizes = {};
	for (const one of await readdir(folder, { withFileTypes: true })) {
		const name = `${under}/${one.name}`;
		if (one.isDirectory())
			Object.assign(sizes, await compressAll(
				join(folder, one.name), name));
		else if (compressed.has(extname(one.name)))
			sizes[name] = await compress(join(folder, one.name));
	}
	return sizes;
}

function checkBudget(first, sizes) {
	for (const [language, kinds] of Object.entries(first)) {
		for (const [kind, names] of Object.entries(kinds)) {
			const size = names.reduce((sum, n) => sum + sizes[n], 0);
			const said = `${language}: ${kind} of a first visit is ` +
				`${(size / 1024).toFixed(1)} KB compressed`;
			if (!(size <= budget[kind]))
				throw new Error(`${said}, more than ` +
					`${budget[kind] / 1024}`);
			console.log(`  WEB ${said}`);
		}
	}
}

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
await cp(join(here, 'public'), fresh, { recursive: true });
const outputs = await bundle();
const first = await writeShells(outputs);
await writeDocs();
checkBudget(first, await compressAll(fresh));
await rm(out, { recursive: true, force: true });
await rename(fresh, out);
