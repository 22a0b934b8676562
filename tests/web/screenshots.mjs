/*
 * Pictures of every page in three widths and both themes, to be looked at:
 * node screenshots.mjs FOLDER [NAME...], with SITE in the environment.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, logIn, newPerson, png, site, sizes, visit } from
	'./browser.mjs';

const [folder = 'build/screenshots', ...only] = process.argv.slice(2);
const someone = process.env.PERSON ?? 'alice';

const get = async (path) => (await fetch(`${site}/api/${path}`)).json();
const pins = (await get('pins/')).results;
const pin = pins[Math.min(4, pins.length - 1)];
const [board] = await get(
	`boards/?author__username=${encodeURIComponent(someone)}`);
const { tag_set: [tag] } = pins.find((one) => one.tag_set.length > 0);

const pages = {
	home: { path: '/' },
	explore: { path: '/explore' },
	pin: { path: `/pin/${pin.id}` },
	profile: { path: `/@${someone}` },
	profile_pins: { path: `/@${someone}/pins` },
	followers: { path: `/@${someone}/followers` },
	board: { path: `/board/${board.id}` },
	tag: { path: `/tag/${tag.id}` },
	login: { path: '/login' },
	signup: { path: '/signup' },
	forgot: { path: '/forgot' },
	reset: { path: '/reset-password?uid=1&token=x' },
	missing: { path: '/nowhere' },
	following: { path: '/', login: true },
	settings: { path: '/settings', login: true },
	create: { path: '/create', login: true, then: fillCreate },
	picker: { path: `/pin/${pin.id}`, login: true, then: openPicker },
	menu: { path: `/pin/${pin.id}`, login: true, then: openMenu },
	board_new: { path: '/', login: true, then: openNewBoard },
	site_menu: { path: '/explore', then: openSiteMenu },
	hover: { path: '/explore', login: true, then: hoverCard },
};

async function fillCreate(page) {
	await page.setInputFiles('input[type=file]', [1, 2].map((seed) => ({
		name: `harbour ${seed}.png`, mimeType: 'image/png',
		buffer: png(seed),
	})));
	await page.locator('.upload input').first().fill('Quiet #harbour #바다');
}

async function openPicker(page) {
	await page.locator('.panel .save-which').click();
	await page.locator('.dialog').waitFor();
}

async function openNewBoard(page) {
	await page.getByRole('button', { name: /^(Account|계정)$/ }).click();
	await page.getByRole('menuitem').first().click();
	await page.getByRole('button', { name: /^(Create board|보드 만들기)$/ })
		.click();
	await page.locator('.dialog').waitFor();
}

async function openSiteMenu(page) {
	await page.locator('.rail').getByRole('button').click();
}

async function openMenu(page) {
	await page.locator('.panel [aria-haspopup=menu]').click();
}

async function hoverCard(page) {
	await page.locator('.card').nth(1).hover();
}

const browser = await launch();
await mkdir(folder, { recursive: true });
const first = await visit(browser);
const person = await logIn(first, newPerson());
await first.request.post('/api/boards/', {
	data: { title: 'Harbours' }, headers: { 'X-Requested-With': 'pinwall' },
});
const state = await first.context().storageState();
for (const [size, { width }] of Object.entries(sizes)) {
	for (const theme of ['light', 'dark']) {
		/* Each language is seen in half of them. */
		const language = (size === 'laptop') === (theme === 'dark')
			? 'en' : 'ko';
		for (const [name, one] of Object.entries(pages)) {
			if (only.length && !only.includes(name))
				continue;
			const page = await visit(browser, { size, theme, language,
				touch: size === 'phone', state: one.login ? state : undefined });
			await page.goto(one.path, { waitUntil: 'networkidle' });
			await one.then?.(page);
			await page.waitForTimeout(350);
			await page.screenshot({
				path: join(folder, `${name}-${width}-${theme}.png`) });
			if (page.faults.length)
				console.log(name, width, theme, page.faults);
			await page.context().close();
		}
	}
}
console.log(`${person.username}: ${folder}`);
await browser.close();
