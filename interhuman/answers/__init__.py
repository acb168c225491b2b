"""The API's answers: JSON read item by item into an `Analysis`, and saved and opened again."""
