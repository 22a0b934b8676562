/*
 * Draws a BlurHash, the picture's placeholder, onto a small canvas: the sum
 * of a few cosines, as https://blurha.sh defines it.
 */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz' +
	'#$%*+,-.:;=?@[]^_{|}~';
const side = 16;

function number(text: string): number {
	let value = 0;
	for (const digit of text)
		value = value * 83 + digits.indexOf(digit);
	return value;
}

function linear(value: number): number {
	const v = value / 255;
	return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}

function gamma(value: number): number {
	const v = Math.min(1, Math.max(0, value));
	return Math.round(255 * (v <= 0.0031308
		? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055));
}

const signedSquare = (v: number): number => Math.sign(v) * v * v;

type Colour = [number, number, number];

function coloursOf(hash: string, n: number): Colour[] {
	const peak = (number(hash[1] ?? '') + 1) / 166;
	const average = number(hash.slice(2, 6));
	const list: Colour[] = [[linear(average >> 16),
		linear((average >> 8) & 255), linear(average & 255)]];
	for (let i = 1; i < n; i++) {
		const v = number(hash.slice(4 + i * 2, 6 + i * 2));
		list.push([Math.floor(v / 361), Math.floor(v / 19) % 19, v % 19]
			.map((one) => signedSquare((one - 9) / 9) * peak) as Colour);
	}
	return list;
}

/* False if the text is no BlurHash. */
export function drawBlurhash(canvas: HTMLCanvasElement, hash: string):
	boolean {
	const size = number(hash[0] ?? '');
	const nx = (size % 9) + 1, ny = Math.floor(size / 9) + 1;
	const context = canvas.getContext('2d');
	if (!context || hash.length !== 4 + 2 * nx * ny)
		return false;
	canvas.width = canvas.height = side;
	const image = context.createImageData(side, side);
	const colours = coloursOf(hash, nx * ny);
	for (let at = 0; at < side * side; at++) {
		const sum = pointOf(colours, nx, at % side, Math.floor(at / side));
		for (let k = 0; k < 3; k++)
			image.data[at * 4 + k] = gammas[Math.min(fine, Math.max(0,
				Math.round((sum[k] as number) * fine)))] as number;
		image.data[at * 4 + 3] = 255;
	}
	context.putImageData(image, 0, 0);
	return true;
}

/* What is asked for thousands of times: cos(pi x k / side), and the gamma of
 * each of `fine` steps of light. */
const cosines = Array.from({ length: 9 * side }, (_, i) =>
	Math.cos(Math.PI * (i % side) * Math.floor(i / side) / side));
const fine = 2048;
const gammas = Uint8Array.from({ length: fine + 1 }, (_, i) => gamma(i / fine));

function pointOf(colours: Colour[], nx: number, x: number, y: number):
	Colour {
	const sum: Colour = [0, 0, 0];
	colours.forEach((colour, k) => {
		const wave = (cosines[(k % nx) * side + x] as number) *
			(cosines[Math.floor(k / nx) * side + y] as number);
		sum[0] += colour[0] * wave;
		sum[1] += colour[1] * wave;
		sum[2] += colour[2] * wave;
	});
	return sum;
}
