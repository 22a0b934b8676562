/* Something of a form that is on or off. */
interface Props {
	name: string;
	label: string;
	hint: string;
	on: boolean;
}

export function Switch({ name, label, hint, on }: Props) {
	const id = `field-${name}`;
	return <div class="switch">
		<input type="checkbox" role="switch" id={id} name={name}
			defaultChecked={on} aria-describedby={`${id}-hint`} />
		<label for={id}>{label}</label>
		<p class="field-hint" id={`${id}-hint`}>{hint}</p>
	</div>;
}
