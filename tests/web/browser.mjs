/*
 * What the browser tests share: Chromium, a page that watches for whatever
 * must not happen (errors on the console, what the content policy refused,
 * failed requests), accounts, mails, rows of the database, pictures.
 *
 * The environment names the site and what stands behind it, which
 * tests/web/test_web.py starts: SITE, its address; MAIL_DIR, where its mails
 * lie; DATABASE, a libpq connection string of an administrator; PICTURES, the
 * one host:port that it may fetch pictures from.  CHROMIUM names another
 * program than /usr/bin/chromium.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { deflateSync } from 'node:zlib';

const need = createRequire(new URL('../../nginx/web/package.json',
	import.meta.url));
const { chromium } = need('playwright-core');
const axeSource = await readFile(need.resolve('axe-core/axe.min.js'), 'utf8');

export const site = process.env.SITE;

export const sizes = {
	phone: { width: 390, height: 844 },
	laptop: { width: 1024, height: 768 },
	desktop: { width: 1440, height: 900 },
};

export function launch() {
	return chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
	});
}

/* Calls of the API with the cookies of a context.  To loopback Chromium sends
 * those that are Secure as well; Playwright does so only in versions that Node
 * 18 cannot run. */
function calls(context) {
	const call = (method) => async (url, options = {}) => {
		const cookie = (await context.cookies())
			.map((one) => `${one.name}=${one.value}`).join('; ');
		return context.request[method](url, { ...options,
			headers: { ...cookie && { Cookie: cookie }, ...options.headers } });
	};
	return Object.fromEntries(
		['fetch', 'get', 'post', 'put', 'patch', 'delete']
		.map((method) => [method, call(method)]));
}

/*
 * A page of a fresh visitor.  page.faults: what must not have happened;
 * page.meant: patterns of faults that the test brings about itself, which
 * faultsOf() leaves out.
 */
export async function visit(browser, { size = 'desktop', theme = 'light',
	language = 'en', touch = false, state, ...more } = {}) {
	const context = await browser.newContext({
		viewport: sizes[size], colorScheme: theme, hasTouch: touch,
		isMobile: touch, baseURL: site, storageState: state,
		locale: language === 'ko' ? 'ko-KR' : 'en-US', ...more,
	});
	const page = await context.newPage();
	Object.defineProperty(page, 'request', { value: calls(context) });
	page.faults = [];
	page.meant = [];
	await watch(page);
	return page;
}

async function watch(page) {
	await page.addInitScript(() => {
		document.addEventListener('securitypolicyviolation', (e) =>
			console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ` +
				`${e.sourceFile}:${e.lineNumber}`));
	});
	page.on('console', (said) => {
		if (said.type() === 'error' || said.type() === 'warning')
			page.faults.push(`console: ${said.text()} ${said.location().url}`);
	});
	page.on('pageerror', (e) => page.faults.push(`error: ${e.message}`));
	page.on('dialog', (one) => {
		if (one.type() !== 'beforeunload')
			page.faults.push(`dialog: ${one.message()}`);
		one.accept().catch(() => undefined);
	});
	page.asked = new Set();
	page.on('request', (asked) => page.asked.add(asked));
	page.on('requestfinished', (asked) => page.asked.delete(asked));
	page.on('response', (answer) => {
		if (answer.status() >= 400)
			page.faults.push(`${answer.status()} ` +
				`${answer.request().method()} ${answer.url()}`);
	});
	page.on('requestfailed', (asked) => {
		page.asked.delete(asked);
		const why = asked.failure()?.errorText;
		if (why !== 'net::ERR_ABORTED')
			page.faults.push(`${why} ${asked.method()} ${asked.url()}`);
	});
}

export function faultsOf(page) {
	return page.faults.filter((one) =>
		!page.meant.some((pattern) => pattern.test(one)));
}

/* Until nothing is on its way and the page says that it is not busy. */
export async function settled(page, quiet = 120) {
	const end = Date.now() + 20000;
	let since = Date.now();
	while (Date.now() - since < quiet) {
		const busy = page.asked.size > 0 || await page.evaluate(() =>
			document.querySelector('[aria-busy=true]') !== null ||
			!document.querySelector('#main')?.firstElementChild)
			.catch(() => true);
		if (busy)
			since = Date.now();
		if (Date.now() > end)
			throw new Error(`${page.url()} is busy with ` +
				[...page.asked].map((one) => one.url()).join(' '));
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

export async function open(page, path) {
	const answer = await page.goto(path, { waitUntil: 'commit' });
	await settled(page);
	return answer;
}

/* Findings of axe that are serious or critical. */
export async function axe(page) {
	await page.evaluate(() => {
		for (const one of document.getAnimations())
			if (one.effect.getComputedTiming().endTime === Infinity)
				one.cancel();
			else
				one.finish();
	});
	const found = await page.evaluate(`(async () => {
		${axeSource.replaceAll('</', '<\\/')};
		const all = await axe.run(document, { resultTypes: ['violations'] });
		return all.violations
			.filter((one) => ['serious', 'critical'].includes(one.impact))
			.map((one) => one.id + ': ' + one.nodes.slice(0, 3)
				.map((node) => node.html.slice(0, 120) + ' ' +
					node.failureSummary.split('\\n')[1]).join(' | '));
	})()`);
	return found;
}

/* What every page is: without errors, for all, with one heading, no wider than
 * its window. */
export async function noFaults(page) {
	assert.deepEqual(faultsOf(page), []);
	assert.deepEqual(await axe(page), []);
	assert.equal(await page.locator('h1').count(), 1);
	const wide = await page.evaluate(() =>
		document.documentElement.scrollWidth - visualViewport.width);
	assert.ok(wide <= 0, 'the page is wider than the window');
}

let number = Date.now() % 1e9;

export function newPerson() {
	number++;
	return {
		email: `web${number}@example.com`, username: `web${number}`,
		password: 'four quiet harbours',
	};
}

/* Makes an account by the API and logs the page in by the form's call. */
export async function logIn(page, person = newPerson()) {
	const { email, username, password } = person;
	await send(page, 'POST', 'rest-auth/registration/', { data:
		{ email, username, password1: password, password2: password } }, 201);
	await call(page, 'POST', 'session', { email, password });
	return person;
}

/* The page of somebody new, logged in, as long as the test. */
export async function somebody(t, browser, options = {}) {
	const page = await visit(browser, options);
	t.after(() => page.context().close());
	page.person = await logIn(page);
	page.name = page.person.username;
	return page;
}

/* So many of them. */
export const people = (t, browser, n) =>
	Promise.all(Array.from({ length: n }, () => somebody(t, browser)));

/* A call of the API by the page's own login, with JSON. */
export const call = (page, method, path, data) =>
	send(page, method, path, { data });

/* status: the one that is wanted; any that is good else. */
async function send(page, method, path, options, status) {
	const answer = await page.request.fetch(`/api/${path}`, { method,
		headers: { 'X-Requested-With': 'pinwall' }, ...options });
	if (status ? answer.status() !== status : !answer.ok())
		throw new Error(`${method} ${path}: ${await answer.text()}`);
	const text = await answer.text();
	return text === '' ? null : JSON.parse(text);
}

/* A pin of a picture; more: fields beside them. */
export const makePin = (page, buffer, title, { mimeType = 'image/png',
	...more } = {}) => send(page, 'POST', 'pins/', { multipart: { title, ...more,
	image: { name: `x.${mimeType.split('/')[1]}`, mimeType, buffer } } }, 201);

/* A style post of pictures; more: fields beside them. */
export async function makePost(page, buffers, content, more = {}) {
	const form = new FormData();
	for (const [name, value] of Object.entries({ content, ...more }))
		form.set(name, String(value));
	buffers.forEach((buffer, i) => form.append('image',
		new Blob([buffer], { type: 'image/png' }), `${i}.png`));
	const cookies = await page.context().cookies();
	const answer = await fetch(`${site}/api/styles/posts/`, { method: 'POST',
		body: form, headers: { 'X-Requested-With': 'pinwall', Cookie: cookies
			.map((one) => `${one.name}=${one.value}`).join('; ') } });
	const text = await answer.text();
	if (answer.status !== 201)
		throw new Error(`a post: ${text}`);
	return JSON.parse(text);
}

export const list = async (path) => (await fetch(`${site}/api/${path}`)).json();

/* Asks until the answer is the one that is wanted: what a page shows, or has
 * told the server, a moment after it was pressed. */
export async function until(what, wanted) {
	for (const end = Date.now() + 30000; Date.now() < end;) {
		if (isDeepStrictEqual(await what(), wanted))
			return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	assert.deepEqual(await what(), wanted);
}

/* Holds what a page asks for until it is let go. */
export async function held(page, pattern) {
	let release;
	const released = new Promise((resolve) => { release = resolve; });
	await page.route(pattern, async (route) => {
		await released;
		await route.continue().catch(() => undefined);
	});
	return release;
}

/* Until the cache was told of what is no write of the program's. */
const told = `;
	do $$ begin
		for i in 1..6000 loop
			exit when not exists (select from cache_outbox);
			perform pg_sleep(0.01);
		end loop;
	end $$`;

/* Runs statements; their rows, as lines of tab-separated values. */
export function sql(text) {
	return execFileSync('psql', [process.env.DATABASE, '-X', '-q', '-A', '-t',
		'-F', '\t', '-v', 'ON_ERROR_STOP=1', '-f', '-'],
	{ input: /^\s*select/.test(text) ? text : text + told,
		maxBuffer: 1 << 26 }).toString().trim();
}

/* Pins of somebody, one for each title, made of pictures that are there. */
export function plantPins(username, titles) {
	const values = titles.map((title, i) =>
		`(${i}, ${quoted(title)})`).join(',\n');
	return sql(`
		with title (place, title) as (values ${values}),
		kept as (select *, row_number() over (order by id) - 1 as place,
			count(*) over () as n from (select * from media where complete
			order by id limit 60) m),
		new_item as (insert into item (kind, owner) select 'pin', a.id
			from account a, title where a.username = ${quoted(username)}
			order by place returning id, owner),
		placed as (select *, row_number() over (order by id) - 1 as place
			from new_item),
		new_media as (insert into media (owner, image, files, width, height,
			frames, source, colour, palette, placeholder, dhash, sha256,
			complete)
			select i.owner, m.image, m.files, m.width, m.height, m.frames,
				m.source, m.colour, m.palette, m.placeholder, m.dhash,
				m.sha256, true
			from placed i join kept m on m.place = i.place % m.n
			order by i.id returning id),
		media_place as (select id, row_number() over (order by id) - 1 as place
			from new_media)
		insert into pin (id, title, media) select i.id, t.title, m.id
		from placed i join title t using (place)
		join media_place m using (place) order by i.id
		returning id`).split('\n').map(Number);
}

/* A text as a constant of SQL, whatever it holds. */
export function quoted(text) {
	return `convert_from('\\x${Buffer.from(text).toString('hex')}', 'UTF8')`;
}

/* The link of the newest mail to an address whose path is the one given. */
export async function linkFromMail(address, path) {
	const folder = process.env.MAIL_DIR;
	for (let i = 0; i < 100; i++) {
		const names = (await readdir(folder)).sort().reverse();
		for (const name of names) {
			const text = await readFile(join(folder, name), 'utf8')
				.catch(() => '');
			const link = new RegExp(`http\\S+${path}\\S*`).exec(text);
			if (link && /^To: (.*?)\r?$/m.exec(text)?.[1] === address)
				return link[0];
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error(`no mail to ${address}`);
}

/* A web server with pictures that the site may fetch: /any.png, by whose name
 * they differ. */
export async function pictureHost() {
	const [host, port] = process.env.PICTURES.split(':');
	const server = createServer((asked, answer) => {
		const seed = [...asked.url].reduce((sum, c) =>
			(sum * 31 + c.charCodeAt(0)) % 9973, 7);
		answer.setHeader('Content-Type', 'image/png');
		answer.end(png(seed));
	});
	await new Promise((resolve) => server.listen(Number(port), host, resolve));
	return { url: `http://${host}:${port}`,
		close: () => { server.closeAllConnections(); server.close(); } };
}

function crc32(bytes) {
	let crc = ~0;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++)
			crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc >>> 0;
}

function chunk(type, data) {
	const body = Buffer.concat([Buffer.from(type), data]);
	const out = Buffer.alloc(body.length + 8);
	out.writeUInt32BE(data.length);
	body.copy(out, 4);
	out.writeUInt32BE(crc32(body), body.length + 4);
	return out;
}

/* A PNG with a slope of colours, different for each seed. */
export function png(seed, width = 400, height = 300) {
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width);
	head.writeUInt32BE(height, 4);
	head.set([8, 2, 0, 0, 0], 8);
	const rows = Buffer.alloc(height * (1 + width * 3));
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			rows.set([(x * seed) & 255, (y + seed * 40) & 255,
				(x + y * seed) & 255], y * (1 + width * 3) + 1 + x * 3);
	return Buffer.concat([
		Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
		chunk('IHDR', head), chunk('IDAT', deflateSync(rows)),
		chunk('IEND', Buffer.alloc(0)),
	]);
}
