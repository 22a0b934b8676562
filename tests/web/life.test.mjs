/* The whole life of a person at the site, three times: by mouse, by touch on a
 * phone and by keyboard alone; nothing fails on the way. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { faultsOf, launch, linkFromMail, newPerson, open, pictureHost, png,
	settled, visit } from './browser.mjs';
import { keyboard, mouse, touch } from './hands.mjs';

let browser, host, folder;
before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'pinwall-drop-'));
	browser = await launch();
	host = await pictureHost();
});
after(async () => {
	await browser.close();
	host.close();
	await rm(folder, { recursive: true });
});

let seed = Date.now() % 8000;

const file = (name) => ({ name, mimeType: 'image/png', buffer: png(++seed) });

/* What one step needs: the page, the hand, who it is. */
function setOut(page, hand, person) {
	const role = (kind, name, more = {}) =>
		page.getByRole(kind, { name, ...more });
	const text = (words) => page.getByText(words).first().waitFor();
	const account = async (item) => {
		await hand.up();
		await hand.press(role('button', 'Account'));
		await hand.press(role('menuitem', item));
	};
	const rail = async (name) => {
		await hand.up();
		await hand.press(page.locator('.rail').getByRole('link', { name }));
	};
	return { page, hand, person, role, text, account, rail };
}

async function signUp({ page, hand, person, role, text }) {
	await open(page, '/');
	await hand.press(role('link', 'Sign up'));
	await hand.write(page.getByLabel('E-mail'), person.email);
	await hand.write(page.getByLabel('Name'), person.username);
	await hand.write(page.getByLabel('Password'), person.password);
	await hand.submit(role('button', 'Sign up'));
	await text('Welcome! We sent a mail');
	await page.waitForURL('/');
	await open(page, await linkFromMail(person.email, 'verify-email'));
	await text('Your address is confirmed');
}

async function logOut({ page, account }) {
	await account('Log out');
	await page.locator('.rail').getByRole('link', { name: 'Log in' })
		.waitFor();
}

async function logIn({ page, hand, person, rail, role }) {
	await rail('Log in');
	await page.waitForURL('/login');
	await hand.write(page.getByLabel('E-mail'), person.email);
	await hand.write(page.getByLabel('Password'), person.password);
	await hand.submit(page.locator('form').getByRole('button',
		{ name: 'Log in' }));
	await role('button', 'Account').waitFor();
	await page.waitForURL('/');
}

/* Tag, pin, one like it; follows the tag and the author. */
async function lookAround({ page, hand, rail, role }) {
	await rail('Explore');
	await page.waitForURL('/explore');
	const chip = page.locator('nav.chips a').first();
	const tag = await chip.textContent();
	await hand.press(chip);
	await page.waitForURL(/\/tag\//);
	await hand.press(role('button', `Follow ${tag}`));
	await role('button', `Unfollow ${tag}`).waitFor();
	await settled(page);
	await hand.card(0);
	await page.waitForURL(/\/pin\//);
	await page.locator('.similar .card').first().waitFor();
	const author = await page.locator('.panel .author b').textContent();
	await hand.press(role('button', `Follow ${author}`));
	await role('button', `Unfollow ${author}`).waitFor();
	await settled(page);
	const first = page.url();
	await hand.card(0);
	await page.waitForURL((url) => url.href !== first);
	await page.locator('.panel h1').waitFor();
	assert.equal(await page.evaluate(() => scrollY), 0);
	return { author, tag };
}

async function saveToNewBoard({ page, hand, role, text }) {
	const panel = page.locator('.panel');
	await hand.press(panel.getByRole('button', { name: 'Choose a board' }));
	await hand.write(page.locator('dialog input').first(), 'My first');
	await hand.press(page.locator('dialog').getByRole('button',
		{ name: 'Create “My first”' }));
	await page.locator('.picker-row[aria-pressed=true]').waitFor();
	await hand.close();
	await page.locator('dialog').waitFor({ state: 'detached' });
	await panel.locator('.save.done').waitFor();
	/* Off the last board and onto it again, by one press each. */
	await hand.press(panel.locator('.save-main'));
	await text('Removed from My first');
	await hand.press(panel.locator('.save-main'));
	await text('Saved to My first');
}

/* Files of the desktop are let go over the page. */
async function dropFile(page) {
	const path = join(folder, 'dropped leaf.png');
	await writeFile(path, png(++seed));
	const cdp = await page.context().newCDPSession(page);
	const data = { items: [], files: [path], dragOperationsMask: 1 };
	for (const type of ['dragEnter', 'dragOver', 'drop'])
		await cdp.send('Input.dispatchDragEvent',
			{ type, x: 700, y: 600, data });
	await page.locator('.upload').filter({ hasText: 'dropped leaf' }).waitFor();
	await cdp.detach();
}

/* From the clipboard of the system, by its keys. */
async function paste(page, kind, content) {
	await page.evaluate(async ([type, body]) => {
		const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
		await navigator.clipboard.write([new ClipboardItem(
			{ [type]: new Blob([bytes], { type }) })]);
	}, [kind, Buffer.from(content).toString('base64')]);
	await page.evaluate(() => document.activeElement?.blur());
	await page.keyboard.press('Control+v');
}

async function pasteBoth(page) {
	const rows = page.locator('.upload');
	const n = await rows.count();
	await paste(page, 'image/png', png(++seed));
	await rows.nth(n).waitFor();
	await paste(page, 'text/plain', `${host.url}/pasted-${++seed}.png`);
	await rows.nth(n + 1).waitFor();
}

async function make(way) {
	const { page, hand, rail, role } = way;
	await rail('Create');
	await page.waitForURL('/create');
	await hand.files([file('one leaf.png')]);
	await page.locator('.upload').first().waitFor();
	await hand.files([file('two leaves.png'), file('three_leaves.png')]);
	await page.locator('.upload').nth(2).waitFor();
	let n = 3;
	if (hand.name === 'mouse') {
		await dropFile(page);
		n++;
	}
	if (hand.name !== 'touch') {
		await pasteBoth(page);
		n += 2;
	}
	await hand.write(page.getByLabel(/address/i), `${host.url}/${++seed}.png`);
	await hand.press(role('button', 'Add'));
	n++;
	await page.locator('.upload').nth(n - 1).waitFor();
	for (let i = 0; i < n; i++)
		await hand.write(page.locator('.upload input').nth(i),
			`Leaf ${i + 1} #leaf`);
	await page.getByLabel('Board').waitFor();
	await hand.choose(page.getByLabel('Board', { exact: true }), 'My first');
	await hand.press(role('button', `Publish ${n} pins`));
	await page.locator('.upload[data-state=done]').nth(n - 1)
		.waitFor({ timeout: 60000 });
	await hand.press(role('link', 'View').first());
	await page.waitForURL(/\/pin\//);
	await role('heading', 'Leaf 1').waitFor();
	await page.locator('.panel .chip', { hasText: '#leaf' }).waitFor();
	return n;
}

async function editPin({ page, hand, role }) {
	const panel = page.locator('.panel');
	await hand.press(panel.getByRole('button', { name: 'More', exact: true }));
	await hand.press(role('menuitem', 'Edit'));
	await page.waitForURL(/\/edit$/);
	await hand.write(page.getByLabel('Title'), 'Autumn leaf #autumn');
	await hand.submit(role('button', 'Save changes'));
	await page.waitForURL(/\/pin\/\d+$/);
	await role('heading', 'Autumn leaf').waitFor();
	await page.locator('.panel .chip', { hasText: '#autumn' }).waitFor();
	assert.match(await page.title(), /^Autumn leaf/);
}

async function boards({ page, hand, role, account }, made) {
	await account('Profile');
	await page.waitForURL(/\/@/);
	const mine = page.locator('.board-card').filter({ hasText: 'My first' });
	await mine.getByText(`${made + 1} pins`).waitFor();
	await hand.press(mine);
	await role('heading', 'My first').waitFor();
	await settled(page);
	await hand.press(role('button', 'Edit board'));
	await hand.write(page.locator('dialog').getByLabel('Name of the board'),
		'My second');
	await hand.submit(page.locator('dialog').getByRole('button',
		{ name: 'Save changes' }));
	await page.locator('dialog').waitFor({ state: 'detached' });
	await page.getByRole('heading', { name: 'My second', level: 1 }).waitFor();
}

async function deletePin({ page, hand, role, text }) {
	const card = page.locator('.card').filter({ hasText: 'Autumn leaf' });
	await hand.press(card.locator('.card-link'));
	await page.waitForURL(/\/pin\//);
	const { pathname } = new URL(page.url());
	await hand.press(page.locator('.panel').getByRole('button',
		{ name: 'More', exact: true }));
	await hand.press(role('menuitem', 'Delete'));
	await text('The pin is deleted.');
	page.meant.push(new RegExp(`${pathname}\\b`));
}

/* Where a deletion is asked about first. */
async function confirm({ page, hand }) {
	const dialog = page.locator('dialog');
	await dialog.getByRole('radio', { name: 'Keep them' }).waitFor();
	await hand.press(dialog.getByRole('button',
		{ name: 'Delete board', exact: true }));
	await dialog.waitFor({ state: 'detached' });
}

async function deleteBoard({ page, hand, role, text, account }) {
	await account('Profile');
	await page.waitForURL(/\/@/);
	await hand.press(page.locator('.board-card')
		.filter({ hasText: 'My second' }));
	await role('heading', 'My second').waitFor();
	await settled(page);
	await hand.press(role('button', 'Edit board'));
	await hand.press(page.locator('dialog').getByRole('button',
		{ name: 'Delete board' }));
	await confirm({ page, hand });
	await text('“My second” is deleted.');
	await page.waitForURL(/\/@/);
	await text('Make your first board');
}

async function people({ page, hand, person, role, text }, seen) {
	await text('1 following');
	await hand.press(role('link', '1 following'));
	const row = page.locator('.people a').filter({ hasText: seen.author });
	await hand.press(row);
	await page.waitForURL(`/@${encodeURIComponent(seen.author)}`);
	await role('heading', seen.author).waitFor();
	await settled(page);
	await hand.press(page.locator('.profile').getByRole('link',
		{ name: /follower/ }));
	await page.locator('.people a').filter({ hasText: person.username })
		.waitFor();
	await hand.press(role('button', `Unfollow ${seen.author}`));
	await role('button', `Follow ${seen.author}`).waitFor();
}

async function settings({ page, hand, person, role, text, account }) {
	await account('Settings');
	await page.waitForURL('/settings');
	const dark = () => page.evaluate(() =>
		getComputedStyle(document.documentElement).colorScheme);
	await hand.choose(page.getByLabel('Theme'), 'Dark');
	assert.equal(await dark(), 'dark');
	await hand.choose(page.getByLabel('Theme'), 'As the system');
	await hand.choose(page.getByLabel('Language'), '한국어');
	await page.getByRole('heading', { name: '설정', level: 1 }).waitFor();
	assert.equal(await page.evaluate(() => document.documentElement.lang),
		'ko');
	await settled(page);
	await hand.choose(page.getByLabel('언어'), 'English');
	await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
	await settled(page);
	await hand.press(role('link', 'Security'));
	await page.waitForURL('/settings/security');
	const form = page.locator('form').filter(
		{ has: page.getByLabel('Current password') });
	await hand.write(form.getByLabel('Current password'), person.password);
	person.password = 'six calm rivers';
	await hand.write(form.getByLabel('New password'), person.password);
	await hand.submit(role('button', 'Change password'));
	await text('Your password is changed.');
}

async function forget({ page, hand, person, rail, role, text }) {
	await rail('Log in');
	await hand.press(role('link', 'Forgot your password?'));
	await hand.write(page.getByLabel('E-mail'), person.email);
	await hand.submit(role('button', 'Send mail'));
	await text('a mail is on its way');
	await open(page, await linkFromMail(person.email, 'reset-password'));
	person.password = 'nine slow clouds';
	await hand.write(page.getByLabel('New password'), person.password);
	await hand.submit(role('button', 'Set password'));
	await text('Your new password is set');
	await page.waitForURL('/login');
}

const ways = [
	['mouse at 1440', mouse, { size: 'desktop' }],
	['touch at 390', touch, { size: 'phone', touch: true }],
	['keyboard alone', keyboard, { size: 'desktop' }],
];

for (const [name, handOf, options] of ways)
	test(`a life by ${name}`, async (t) => {
		const page = await visit(browser, { ...options,
			permissions: ['clipboard-read', 'clipboard-write'] });
		t.after(() => page.context().close());
		page.setDefaultTimeout(30000);
		const way = setOut(page, handOf(page), newPerson());
		await signUp(way);
		await logOut(way);
		await logIn(way);
		const seen = await lookAround(way);
		await saveToNewBoard(way);
		const made = await make(way);
		await editPin(way);
		await boards(way, made);
		await deletePin(way);
		await deleteBoard(way);
		await people(way, seen);
		await settings(way);
		await logOut(way);
		await forget(way);
		await logIn(way);
		await logOut(way);
		assert.deepEqual(faultsOf(page), []);
	});
