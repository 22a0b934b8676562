/* Many pins of a board at once, and its sections. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, call, launch, logIn, makePin, png, until, visit } from
	'./browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const names = ['a', 'b', 'c', 'd', 'e', 'f'];

/* Somebody who selects of six pins on a board; another board is empty. */
async function open(t, how) {
	const page = await visit(browser, how);
	t.after(() => page.context().close());
	page.person = await logIn(page);
	page.one = (await call(page, 'POST', 'boards/', { title: 'One' })).id;
	page.two = (await call(page, 'POST', 'boards/', { title: 'Two' })).id;
	for (const name of names.toReversed())
		await makePin(page, png(name.charCodeAt(0)), name,
			{ board: String(page.one) });
	await page.goto(`/board/${page.one}`, { waitUntil: 'networkidle' });
	await button(page, 'Select').click();
	await tile(page, 'f').waitFor();
	return page;
}

const button = (page, name) => page.getByRole('button', { name, exact: true });
const tile = (page, name) =>
	page.getByRole('checkbox', { name, exact: true });
const chosen = (page) => page.locator('.select-pin[aria-checked=true]')
	.evaluateAll((all) => all.map((one) => one.ariaLabel).join(''));
const shown = (page) => page.locator('.select-pin')
	.evaluateAll((all) => all.map((one) => one.ariaLabel).join(''));

async function on(page, board, query = '') {
	const { results } = await call(page, 'GET',
		`pins/?board=${board}${query}`);
	return results.map((pin) => pin.title).join('');
}

async function into(page, action, board) {
	await button(page, action).click();
	await page.locator('.picker-row', { hasText: board }).click();
	await page.locator('dialog').waitFor({ state: 'detached' });
}

test('one by one, from one to another with Shift, all', async (t) => {
	const page = await open(t);
	assert.ok(await button(page, 'Move').isDisabled());
	await tile(page, 'b').click();
	await tile(page, 'e').click({ modifiers: ['Shift'] });
	await until(() => chosen(page), 'bcde');
	await tile(page, 'c').click();
	await until(() => chosen(page), 'bde');
	assert.equal(await page.locator('.select-bar [role=status]')
		.textContent(), '3 selected');
	assert.deepEqual(await axe(page), []);
	await button(page, 'Select all 6').click();
	await until(() => chosen(page), 'abcdef');
	await button(page, 'Done').click();
	await page.locator('.card[data-pin]').first().waitFor();
	assert.deepEqual(page.faults, []);
});

test('by keys alone', async (t) => {
	const page = await open(t);
	await tile(page, 'a').focus();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Space');
	await until(() => chosen(page), 'b');
	await page.keyboard.press('End');
	await page.keyboard.press('Shift+Space');
	await until(() => chosen(page), 'bcdef');
	await page.keyboard.press('Escape');
	await until(() => chosen(page), '');
	await page.keyboard.press('Control+a');
	await until(() => chosen(page), 'abcdef');
	assert.deepEqual(page.faults, []);
});

test('moved, and back', async (t) => {
	const page = await open(t);
	await tile(page, 'b').click();
	await tile(page, 'c').click();
	await into(page, 'Move', 'Two');
	await page.waitForFunction(() =>
		document.querySelectorAll('.select-pin').length === 4);
	await until(() => shown(page), 'adef');
	await until(() => on(page, page.two), 'bc');
	await button(page, 'Undo').click();
	await page.waitForFunction(() =>
		document.querySelectorAll('.select-pin').length === 6);
	await until(() => on(page, page.two), '');
	assert.deepEqual(page.faults, []);
});

test('copied to a board that is made for it', async (t) => {
	const page = await open(t);
	await button(page, 'Select all 6').click();
	await button(page, 'Copy').click();
	await page.getByLabel('Find a board, or name a new one').fill('Three');
	await page.locator('.picker-row', { hasText: 'Three' }).click();
	await page.locator('.toast', { hasText: '6 pins copied to Three' })
		.waitFor();
	await until(() => on(page, page.one), 'abcdef');
	const boards = await call(page, 'GET', 'boards/');
	assert.equal(boards.find((one) => one.title === 'Three').pin_count, 6);
	assert.deepEqual(page.faults, []);
});

test('removed, deleted, and both undone', async (t) => {
	const page = await open(t);
	for (const action of ['Remove', 'Delete']) {
		await tile(page, 'a').click();
		await tile(page, 'b').click();
		await button(page, action).click();
		await page.waitForFunction(() =>
			document.querySelectorAll('.select-pin').length === 4);
		await button(page, 'Undo').first().click();
		await page.waitForFunction(() =>
			document.querySelectorAll('.select-pin').length === 6);
		await page.reload({ waitUntil: 'networkidle' });
		await button(page, 'Select').click();
		await tile(page, 'f').waitFor();
	}
	assert.deepEqual([...await on(page, page.one)].toSorted().join(''),
		'abcdef');
	assert.deepEqual(page.faults, []);
});

test('sections: made, filled by list and by dragging, renamed, deleted',
	async (t) => {
		const page = await open(t);
		const chip = (name) => page.locator('.sections a',
			{ hasText: name });
		await button(page, 'New section').click();
		await page.getByLabel('Name of the section').fill('Clay');
		assert.deepEqual(await axe(page), []);
		await button(page, 'Create section').click();
		await chip('Clay').waitFor();
		await tile(page, 'a').click();
		await page.getByLabel('To section')
			.selectOption({ label: 'Clay' });
		await chip('Clay 1').waitFor();
		await tile(page, 'a').click();
		await until(() => chosen(page), '');
		/* dragged: what is chosen, and else the one that is dragged */
		await tile(page, 'c').click();
		await tile(page, 'd').click();
		await tile(page, 'd').dragTo(chip('Clay'));
		await chip('Clay 3').waitFor();
		await tile(page, 'f').dragTo(chip('Clay'));
		await chip('Clay 4').waitFor();
		await button(page, 'Done').click();
		await chip('Clay').click();
		await page.waitForURL(/\?section=\d+$/);
		await page.waitForFunction(() =>
			document.querySelectorAll('.card[data-pin]').length === 4);
		assert.equal((await page.locator('.card-title').allTextContents())
			.join(''), 'acdf');
		assert.deepEqual(await axe(page), []);
		await button(page, 'More about Clay').click();
		await page.getByRole('menuitem', { name: 'Rename section' }).click();
		await page.getByLabel('Name of the section').fill('Pots');
		await button(page, 'Save changes').click();
		await chip('Pots').waitFor();
		await button(page, 'More about Pots').click();
		await page.getByRole('menuitem', { name: 'Delete section' }).click();
		await page.locator('dialog').getByRole('button',
			{ name: 'Delete' }).click();
		await page.waitForFunction(() =>
			document.querySelectorAll('.card[data-pin]').length === 6);
		await chip('Pots').waitFor({ state: 'detached' });
		assert.deepEqual(page.faults, []);
	});

test('on a phone', async (t) => {
	const page = await open(t, { size: 'phone', touch: true });
	await tile(page, 'a').tap();
	await tile(page, 'b').tap();
	await until(() => chosen(page), 'ab');
	const small = await page.locator('.select-bar :is(button, select)')
		.evaluateAll((all) => all.filter((one) =>
			one.getBoundingClientRect().height < 44).length);
	assert.equal(small, 0);
	const wide = await page.evaluate(() =>
		document.documentElement.scrollWidth > innerWidth);
	assert.equal(wide, false);
	await into(page, 'Move', 'Two');
	await until(() => on(page, page.two), 'ab');
	assert.deepEqual(page.faults, []);
});
