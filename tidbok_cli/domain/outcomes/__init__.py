"""What the workflows come to, as values for the renderers: answers, lists, reports. Instants are seconds UTC."""
