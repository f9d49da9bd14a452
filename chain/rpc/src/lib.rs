//! One query router behind JSON-RPC and websocket.
