/* Boards: secret ones, and orders made by hand: with the mouse, a finger, and
 * keys. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, call, launch, logIn, makePin, png, until, visit } from
	'./browser.mjs';
import { drag, finger, middle } from './hands.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/* Somebody with boards of these names, the first one first. */
async function open(t, names = ['One', 'Two', 'Three', 'Four', 'Five'], how) {
	const page = await visit(browser, how);
	t.after(() => page.context().close());
	page.person = await logIn(page);
	page.boards = {};
	for (const title of names.toReversed())
		page.boards[title] = (await call(page, 'POST', 'boards/', { title })).id;
	await page.goto(`/@${page.person.username}`, { waitUntil: 'networkidle' });
	return page;
}

const shown = (page) => page.locator('.board-card b').allTextContents();

async function kept(page) {
	const boards = await call(page, 'GET', 'boards/');
	return boards.map((board) => board.title);
}

/* Waits until the server has the order that is shown. */
async function settled(page, order) {
	await until(() => shown(page), order);
	await until(() => kept(page), order);
}

const said = (page) => page.locator('p[role=status].hidden').textContent();
const grip = (page, name) =>
	page.getByRole('button', { name: `Move ${name}`, exact: true });

test('by keys: Space picks up, arrows move, Space drops, words tell it',
	async (t) => {
		const page = await open(t);
		await grip(page, 'Two').focus();
		await page.keyboard.press('Space');
		await until(async () => /^Two is picked up, at place 2 of 5/
			.test(await said(page)), true);
		await page.keyboard.press('ArrowRight');
		await page.keyboard.press('ArrowRight');
		await until(() => said(page), 'Place 4 of 5');
		await until(() => grip(page, 'Two').evaluate((one) =>
			one === document.activeElement), true);
		assert.deepEqual(await kept(page),
			['One', 'Two', 'Three', 'Four', 'Five']);
		assert.deepEqual(await axe(page), []);
		await page.keyboard.press('Space');
		await until(() => said(page), 'Two is at place 4 of 5 now.');
		await settled(page, ['One', 'Three', 'Four', 'Two', 'Five']);
		await page.keyboard.press('Enter');
		await page.keyboard.press('End');
		await page.keyboard.press('Enter');
		await settled(page, ['One', 'Three', 'Four', 'Five', 'Two']);
		await page.keyboard.press('Space');
		await page.keyboard.press('Home');
		await page.keyboard.press('Space');
		await settled(page, ['Two', 'One', 'Three', 'Four', 'Five']);
		await page.reload({ waitUntil: 'networkidle' });
		assert.deepEqual(await shown(page),
			['Two', 'One', 'Three', 'Four', 'Five']);
		assert.deepEqual(page.faults, []);
	});

test('up and down go by rows; Escape gives up', async (t) => {
	const names = Array.from({ length: 9 }, (_, i) => `B${i}`);
	const page = await open(t, names, { size: 'phone', touch: true });
	const columns = await page.locator('.boards').evaluate((list) =>
		getComputedStyle(list).gridTemplateColumns.split(' ').length);
	assert.equal(columns, 2);
	await grip(page, 'B0').focus();
	await page.keyboard.press('Space');
	await page.keyboard.press('ArrowDown');
	await until(async () => (await shown(page)).indexOf('B0'), 2);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('ArrowLeft');
	await until(async () => (await shown(page)).indexOf('B0'), 1);
	await page.keyboard.press('Escape');
	await until(() => said(page), 'B0 is back at its place.');
	await until(() => shown(page), names);
	assert.deepEqual(await kept(page), names);
});

test('with the mouse, from anywhere on the card; the link does not open',
	async (t) => {
		const page = await open(t);
		const card = (name) => page.locator('.board-card', { hasText: name });
		await page.mouse.move(...await middle(card('Five')));
		await page.mouse.down();
		await page.mouse.move(...await middle(card('Two')), { steps: 12 });
		await page.waitForTimeout(100);
		await page.mouse.up();
		await settled(page, ['One', 'Five', 'Two', 'Three', 'Four']);
		assert.match(page.url(), /\/@web\d+$/);
		/* Escape while it is held */
		await page.mouse.move(...await middle(card('One')));
		await page.mouse.down();
		await page.mouse.move(...await middle(card('Three')), { steps: 12 });
		await page.waitForTimeout(100);
		await page.keyboard.press('Escape');
		await page.mouse.up();
		await settled(page, ['One', 'Five', 'Two', 'Three', 'Four']);
		assert.match(page.url(), /\/@web\d+$/);
		/* ... and a click is a click. */
		await card('Two').click();
		await page.waitForURL(/\/board\//);
		assert.deepEqual(page.faults, []);
	});

test('with a finger, by the handle; elsewhere it scrolls', async (t) => {
	const page = await open(t, undefined, { size: 'phone', touch: true });
	const carry = async (from, to) => {
		await drag(page, from, to);
		await page.waitForTimeout(100);
		await finger(page, 'End');
	};
	await carry(await middle(grip(page, 'One')),
		await middle(page.locator('.board-card', { hasText: 'Four' })));
	await settled(page, ['Two', 'Three', 'Four', 'One', 'Five']);
	const [x, y] = await middle(page.locator('.board-card', { hasText: 'Two' }));
	await carry([x, y], [x, y - 200]);
	await settled(page, ['Two', 'Three', 'Four', 'One', 'Five']);
	assert.deepEqual(page.faults, []);
});

test('what the server refuses is back where it was', async (t) => {
	const page = await open(t);
	await page.route('**/api/boards/*/move', (route) => route.fulfill({
		status: 503, contentType: 'application/json',
		body: '{"detail": "too busy, try again"}',
	}));
	await grip(page, 'One').focus();
	await page.keyboard.press('Space');
	await page.keyboard.press('End');
	await page.keyboard.press('Space');
	await page.locator('.toast.bad').waitFor();
	await until(() => shown(page),
		['One', 'Two', 'Three', 'Four', 'Five']);
	await until(async () => /^One could not be moved/
		.test(await said(page)), true);
});

test('the pins of a board, and the wall shows them so', async (t) => {
	const page = await open(t, ['Board']);
	const board = page.boards.Board;
	for (const name of ['c', 'b', 'a'])
		await makePin(page, png(name.charCodeAt(0)), name,
			{ board: String(board) });
	await page.goto(`/board/${board}`, { waitUntil: 'networkidle' });
	const wall = () => page.locator('.card-title').allTextContents();
	assert.deepEqual(await wall(), ['a', 'b', 'c']);
	await page.getByRole('button', { name: 'Arrange' }).click();
	await grip(page, 'c').focus();
	assert.deepEqual(await axe(page), []);
	await page.keyboard.press('Space');
	await page.keyboard.press('Home');
	const saved = page.waitForResponse(/move_pin/);
	await page.keyboard.press('Space');
	assert.equal((await saved).status(), 204);
	await page.getByRole('button', { name: 'Done' }).click();
	await page.locator('.card-title').first().waitFor();
	await until(wall, ['c', 'a', 'b']);
	await page.reload({ waitUntil: 'networkidle' });
	assert.deepEqual(await wall(), ['c', 'a', 'b']);
	assert.deepEqual(page.faults, []);
});

test('a secret board: made, marked, shown again; nobody else finds it',
	async (t) => {
		const page = await open(t, []);
		const other = await visit(browser);
		t.after(() => other.context().close());
		await page.getByRole('button', { name: 'Create board' }).click();
		await page.getByLabel('Name of the board').fill('Hidden');
		await page.getByLabel('Secret board').check();
		assert.deepEqual(await axe(page), []);
		await page.locator('dialog').getByRole('button',
			{ name: 'Create board' }).click();
		const card = page.locator('.board-card', { hasText: 'Hidden' });
		await card.locator('.secret').waitFor();
		const [{ id }] = await call(page, 'GET', 'boards/');
		const profile = `/@${page.person.username}`;
		await other.goto(profile, { waitUntil: 'networkidle' });
		assert.equal(await other.locator('.board-card').count(), 0);
		await other.goto(`/board/${id}`, { waitUntil: 'networkidle' });
		assert.match(await other.locator('h1').textContent(), /nothing here/);
		/* ... until its owner shows it. */
		await card.click();
		await page.locator('h1 .secret').waitFor();
		assert.deepEqual(await axe(page), []);
		await page.getByRole('button', { name: 'Edit board' }).click();
		assert.ok(await page.getByLabel('Secret board').isChecked());
		await page.getByLabel('Secret board').uncheck();
		await page.getByRole('button', { name: 'Save changes' }).click();
		await page.locator('dialog').waitFor({ state: 'detached' });
		await page.locator('h1 .secret').waitFor({ state: 'detached' });
		await other.goto(profile, { waitUntil: 'networkidle' });
		assert.deepEqual(await shown(other), ['Hidden']);
		assert.deepEqual(page.faults, []);
	});

test('the picker knows secret boards and is right about them', async (t) => {
	const page = await open(t, []);
	const { id } = await call(page, 'POST', 'boards/',
		{ title: 'Hidden', secret: true });
	const { results: [pin] } = await call(page, 'GET', 'pins/?limit=1');
	await call(page, 'POST', `boards/${id}/add_pin`, { id: pin.id });
	await page.goto('/explore', { waitUntil: 'networkidle' });
	await page.keyboard.press('j');
	await page.keyboard.press('b');
	const row = page.locator('.picker-row', { hasText: 'Hidden' });
	await row.locator('.secret').waitFor();
	await page.locator('.picker-row[aria-pressed=true]').waitFor();
	await row.click();
	await page.locator('.picker-row[aria-pressed=false]').waitFor();
	await until(() => call(page, 'GET', `pins/${pin.id}/boards`), []);
	assert.deepEqual(page.faults, []);
});

test('more boards than one page of them', async (t) => {
	const names = Array.from({ length: 205 }, (_, i) => `N${i}`);
	const page = await open(t, names);
	await page.waitForFunction(() =>
		document.querySelectorAll('.board-card').length === 205);
	assert.deepEqual(await shown(page), names);
	const other = await visit(browser);
	t.after(() => other.context().close());
	await other.goto(`/@${page.person.username}`, { waitUntil: 'networkidle' });
	for (const count of [100, 200, 205]) {
		await other.waitForFunction((n) =>
			document.querySelectorAll('.board-card').length === n, count);
		if (count < 205)
			await other.getByRole('button', { name: 'Show more' }).click();
	}
	assert.deepEqual(await shown(other), names);
	assert.equal(await other.locator('.grip').count(), 0);
});
