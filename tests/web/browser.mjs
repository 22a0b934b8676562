/*
 * What the browser tests share: Chromium, a page that watches for whatever
 * must not happen (errors on the console, refused by the content policy,
 * failed requests), accounts, pictures.
 *
 * The site's address is the environment's SITE; tests/web/test_web.py starts
 * one.  CHROMIUM names another program than /usr/bin/chromium.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
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

/* A page of a fresh visitor.  page.faults: what must not have happened;
 * page.expected: patterns of what may. */
export async function visit(browser, { size = 'desktop', theme = 'light',
	language = 'en', touch = false, state } = {}) {
	const context = await browser.newContext({
		viewport: sizes[size], colorScheme: theme, hasTouch: touch,
		isMobile: touch, baseURL: site, storageState: state,
		locale: language === 'ko' ? 'ko-KR' : 'en-US',
	});
	const page = await context.newPage();
	page.faults = [];
	page.on('console', (said) => {
		if (said.type() === 'error' || said.type() === 'warning')
			page.faults.push(`console: ${said.text()}`);
	});
	page.on('pageerror', (e) => page.faults.push(`error: ${e.message}`));
	page.on('response', (answer) => {
		if (answer.status() >= 400)
			page.faults.push(`${answer.status()} ${answer.url()}`);
	});
	page.on('requestfailed', (asked) => {
		const why = asked.failure()?.errorText;
		if (why !== 'net::ERR_ABORTED')
			page.faults.push(`${why} ${asked.url()}`);
	});
	return page;
}

/* Findings of axe that are serious or critical. */
export async function axe(page) {
	await page.evaluate(() => {
		document.getAnimations().forEach((one) => one.finish());
	}).catch(() => undefined);
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
	const headers = { 'X-Requested-With': 'pinwall' };
	const made = await page.request.post('/api/rest-auth/registration/', {
		data: { email: person.email, username: person.username,
			password1: person.password, password2: person.password },
		headers,
	});
	if (made.status() !== 201)
		throw new Error(await made.text());
	await page.request.post('/api/session', {
		data: { email: person.email, password: person.password }, headers,
	});
	return person;
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
