import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { createBrowserRouter, RouterProvider } from "react-router";

import { AnnouncerProvider } from "@/shared/ui/announcer";

import { Gate } from "./Gate";
import { BrokenPage } from "./pages/BrokenPage";
import { ConversationPage } from "./pages/ConversationPage";
import { HistoryPage } from "./pages/HistoryPage";
import { HomePage } from "./pages/HomePage";
import { LivePage } from "./pages/LivePage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { RecordingPage } from "./pages/RecordingPage";
import { SettingsPage } from "./pages/SettingsPage";
import { WatchPage } from "./pages/WatchPage";
import { createQueryClient } from "./query-client";

function createRouter() {
  return createBrowserRouter([
    { path: "/watch", element: <WatchPage />, errorElement: <BrokenPage /> },
    {
      path: "/",
      element: <Gate />,
      errorElement: <BrokenPage />,
      children: [
        { index: true, element: <HomePage /> },
        { path: "recordings/:id", element: <RecordingPage /> },
        { path: "live", element: <LivePage /> },
        { path: "history", element: <HistoryPage /> },
        { path: "conversations/:id", element: <ConversationPage /> },
        { path: "settings", element: <SettingsPage /> },
        { path: "*", element: <NotFoundPage /> },
      ],
    },
  ]);
}

export function App() {
  const [queries] = useState(createQueryClient);
  const [router] = useState(createRouter);
  return (
    <QueryClientProvider client={queries}>
      <AnnouncerProvider>
        <RouterProvider router={router} />
      </AnnouncerProvider>
    </QueryClientProvider>
  );
}
